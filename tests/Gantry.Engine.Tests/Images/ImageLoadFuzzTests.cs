using System.Globalization;
using System.Text;
using Gantry.Oci.Image;

namespace Gantry.Engine.Tests.Images;

/// <summary>Archives whose documents are damaged: an image or a refusal, and of a refused one nothing stays. <c>GANTRY_FUZZ=100000</c>
/// makes the runs that long.</summary>
public sealed class ImageLoadFuzzTests : IDisposable
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("GANTRY_FUZZ"), NumberStyles.None,
        CultureInfo.InvariantCulture, out int wished) ? wished : 100;
    private static readonly string[] Pieces = ["[", "]", "{", "}", "\"", ":", ",", "null", "-1", "1e99", "true", "\"../../etc/passwd\"",
        "\"sha256:0\"", "\\u0000", "/", "blobs/sha256/", "config.json"];
    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DamagedDocuments(bool layout)
    {
        byte[] layer = ImageFixture.Layer(("f", "content")), config = ImageFixture.Config([layer]);
        Random random = new(layout ? 1 : 2);
        for (int round = 0; round < Rounds; round++)
        {
            try
            {
                _images.Load(layout ? Layout(layer, config, random) : Docker(layer, config, random));
                foreach (string id in _images.Store.All.Select(image => image.Id)) _images.Store.Remove(id, force: true);
            }
            catch (GantryException)
            {
                // Refused: as good.
            }
            if (round % 50 == 0) Assert.Empty(_images.Leftovers());
        }
        Assert.Empty(_images.Leftovers());
    }

    private static byte[] Docker(byte[] layer, byte[] config, Random random) =>
        ImageFixture.Archive(("layer.tar", layer), ("config.json", Damage(config, random)),
        ("manifest.json", Damage("""[{"Config":"config.json","RepoTags":["a:1","b/c:2"],"Layers":["layer.tar"]}]"""u8.ToArray(), random)));

    private static byte[] Layout(byte[] layer, byte[] config, Random random)
    {
        config = Damage(config, random);
        byte[] manifest = Damage(Encoding.UTF8.GetBytes($$$"""{"schemaVersion":2,"config":{"mediaType":"{{{MediaTypes.Config}}}","""
            + $$$""" "digest":"{{{Digest.Of(config)}}}","size":1},"layers":[{"mediaType":"{{{MediaTypes.Layer}}}","""
            + $$$""" "digest":"{{{Digest.Of(layer)}}}","size":1}]}"""), random);
        byte[] index = Damage(Encoding.UTF8.GetBytes($$$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{{MediaTypes.Manifest}}}","""
            + $$$""" "digest":"{{{Digest.Of(manifest)}}}","size":1,"""
            + $$$""" "annotations":{"{{{LayoutAnnotations.ContainerdName}}}":"docker.io/library/a:1"}}]}"""), random);
        static string Path(byte[] content) => "blobs/sha256/" + Digest.Hex(Digest.Of(content));
        return ImageFixture.Archive((Path(layer), layer), (Path(config), config), (Path(manifest), manifest), ("index.json", index),
            ("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()));
    }

    private static byte[] Damage(byte[] document, Random random)
    {
        if (random.Next(3) == 0) return document;
        List<byte> bytes = [.. document];
        for (int times = random.Next(1, 4); times > 0 && bytes.Count > 1; times--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(40), bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }
}
