using System.Text;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Indexes;
using Gantry.Engine.Images.Push;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Tests.Images;

public sealed class ManifestListTests : IDisposable
{
    private const string Provenance = "https://slsa.dev/provenance/v1", Packages = "https://spdx.dev/Document";

    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One for this machine and one for another, each attested.</summary>
    private async Task<Image> Index(string name = "both")
    {
        string here = TargetPlatform.Host.Architecture, there = here == "arm64" ? "amd64" : "arm64";
        Image one = _images.Import(null, ("f", "here")), other = _images.Import(null, ("f", "there"));
        using Lease lease = _images.Collector.Lease("test");
        IndexPart Part(Image image, string architecture) =>
            new(image with { Config = image.Config with { Architecture = architecture } }, TargetPlatform.Parse($"linux/{architecture}"))
            {
                Attest = _ => [new Attestation(Packages, Said("packages", architecture)), new Attestation(Provenance,
                    Said("provenance", architecture))],
            };
        return await new IndexAssembly(_images.Store, CompressionKind.Gzip, new Dictionary<string, string>())
            .RunAsync([Part(other, there), Part(one, here)], [Reference.Parse(name).WithDefaultTag()], lease, Cancellation);
    }

    private static byte[] Said(string what, string architecture) => Encoding.UTF8.GetBytes($"{{\"{what}\": \"{architecture}\"}}");

    [Fact]
    public async Task AnIndexHasItsImagesAndWhatAttestsThem()
    {
        Image image = await Index();
        _images.Users.Add((image.Id, new ImageUser("c1", true, "both")));
        IReadOnlyList<ListedManifest> all = new ManifestList(_images.Store).Run(image);
        Assert.Equal([ManifestKind.Image, ManifestKind.Image, ManifestKind.Attestation, ManifestKind.Attestation],
            all.Select(one => one.Kind));
        Assert.Equal([all[0].Descriptor.Digest, all[1].Descriptor.Digest], all.Skip(2).Select(one => one.Subject));
        Assert.All(all, one => Assert.True(one.IsAvailable && one.Content > 0));
        ListedManifest own = all[1], other = all[0];
        Assert.Equal((image.Manifest, TargetPlatform.Host.Architecture), (own.Descriptor.Digest, own.Platform?.Architecture));
        Assert.Equal((image.Size, "c1"), (own.Unpacked, string.Join(',', own.Containers)));
        Assert.Empty(other.Containers);
        Assert.Equal(image.Index!.Descriptor, new ManifestList(_images.Store).TargetOf(image));
        // What is not here any more is counted for nothing.
        File.Delete(_images.Store.Content.PathOf(image.Index.Manifests[2].Layers[0].Digest));
        ListedManifest less = new ManifestList(_images.Store).Run(image)[2];
        Assert.Equal((false, true), (less.IsAvailable, less.Content < all[2].Content));
    }

    [Fact]
    public void AnImageAloneIsItsOnlyManifest()
    {
        Image image = _images.Import("one:1", ("f", "1"));
        ListedManifest only = Assert.Single(new ManifestList(_images.Store).Run(image));
        Assert.Equal((ManifestKind.Image, true, image.Manifest, image.Size),
            (only.Kind, only.IsAvailable, only.Descriptor.Digest, only.Unpacked));
        Assert.Equal(("linux", image.Config.Architecture), (only.Platform?.Os, only.Platform?.Architecture));
        Assert.Equal(only.Descriptor, new ManifestList(_images.Store).TargetOf(image));
    }

    [Fact]
    public async Task StatementsAreOfThePlatformThatIsAskedFor()
    {
        Image image = await Index();
        AttestationList list = new(_images.Store);
        string here = TargetPlatform.Host.Architecture, there = here == "arm64" ? "amd64" : "arm64";
        IReadOnlyList<StatementLayer> own = list.Run(image, null, "both"), other = list.Run(image, $"linux/{there}", "both");
        Assert.Equal([Packages, Provenance], own.Select(one => one.PredicateType));
        Assert.Equal(Said("provenance", here), list.Read(own[1]));
        Assert.Equal(Said("packages", there), list.Read(other[0]));
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<GantryException>(() => list.Run(image, "linux/s390x", "both")).Kind);
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => list.Run(image, "a/b/c/d", "both")).Kind);
        string blob = _images.Store.Content.PathOf(own[0].Descriptor.Digest);
        File.WriteAllText(blob, "damaged");
        Assert.Equal(ErrorKind.Internal, Assert.Throws<GantryException>(() => list.Read(own[0])).Kind);
        File.Delete(blob);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<GantryException>(() => list.Read(own[0])).Kind);
    }

    [Fact]
    public void AnImageAloneIsNotAttested()
    {
        Image image = _images.Import("one:1", ("f", "1"));
        Assert.Empty(new AttestationList(_images.Store).Run(image, null, "one:1"));
        Assert.Equal(ErrorKind.NotFound,
            Assert.Throws<GantryException>(() => new AttestationList(_images.Store).Run(image, "linux/s390x", "one:1")).Kind);
    }
}
