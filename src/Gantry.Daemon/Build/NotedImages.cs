using Gantry.Build.Attestations;
using Gantry.Build.Planning;
using Gantry.Engine.Images;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>The images that a build begins from, noted for who is told later what it was made of.</summary>
internal sealed class NotedImages(IBaseImages images, ImageStore store) : IBaseImages
{
    private readonly List<AttestedMaterial> _all = [];

    /// <summary>In the order in which they were asked for.</summary>
    public IReadOnlyList<AttestedMaterial> All => [.. _all.Distinct()];

    public async Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation)
    {
        BaseImage found = await images.FindAsync(reference, platform, lease, cancellation);
        Image? image = store.Find(found.Id);
        string name = Reference.TryParse(reference, out Reference? parsed) ? parsed!.WithDefaultTag().Familiar : reference;
        // By which its registry knows it, or as it is here.
        string? digest = store.NamesOf(found.Id).FirstOrDefault(one => one.Digest is not null && one.Name == parsed?.Name)?.Digest;
        _all.Add(new AttestedMaterial(name, TargetPlatform.Parse(platform).ToString(), digest ?? image?.Manifest ?? found.Id));
        return found;
    }
}
