using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Indexes;

/// <summary>Lists what is behind an image's name: the manifests of its index in the index's order, or the image's alone.</summary>
public sealed class ManifestList(ImageStore store)
{
    public IReadOnlyList<ListedManifest> Run(Image image) => image.Index is not { } index ? [Of(image)]
        : [.. index.Manifests.Select(member => member.Descriptor.Digest == image.Manifest
            ? Of(image) with { Descriptor = member.Descriptor, Platform = member.Descriptor.Platform ?? PlatformOf(image.Config) }
            : Of(member))];

    /// <summary>What the image's name stands for: its index, or its manifest.</summary>
    public Descriptor TargetOf(Image image) => image.Index?.Descriptor ?? ManifestOf(image);

    private Descriptor ManifestOf(Image image) =>
        new() { MediaType = image.ManifestType, Digest = image.Manifest, Size = SizeOf(image.Manifest) };

    /// <remarks>An archive that is missing is made of its layer when it is needed.</remarks>
    private ListedManifest Of(Image image) => new(ManifestOf(image), ManifestKind.Image, IsAvailable: true, SizeOf(image.Alone.Blobs))
    {
        Platform = PlatformOf(image.Config), Unpacked = image.Size, Containers = UsersOf(image.Id),
    };

    private ListedManifest Of(IndexedManifest member)
    {
        string[] blobs = [.. member.Blobs.Distinct()];
        string? subject = AttestationNames.SubjectOf(member.Descriptor);
        ManifestKind kind = subject is not null ? ManifestKind.Attestation
            : member.Descriptor.Platform?.Os == AttestationNames.Unknown ? ManifestKind.Unknown : ManifestKind.Image;
        ListedManifest listed = new(member.Descriptor, kind, blobs.All(store.Content.Contains), SizeOf(blobs)) { Subject = subject ?? "" };
        if (kind != ManifestKind.Image) return listed;
        Image? unpacked = store.Find(member.Config.Digest);
        return listed with
        {
            Platform = member.Descriptor.Platform ?? (unpacked is null ? null : PlatformOf(unpacked.Config)),
            Unpacked = unpacked?.Size ?? 0, Containers = UsersOf(member.Config.Digest),
        };
    }

    private static Platform PlatformOf(OciImage config) => new()
    {
        Os = config.Os, Architecture = config.Architecture, Variant = config.Variant, OsVersion = config.OsVersion,
    };

    private IReadOnlyList<string> UsersOf(string id) => [.. store.Users?.UsersOf(id).Select(static user => user.ContainerId) ?? []];

    private long SizeOf(IEnumerable<string> blobs) => blobs.Sum(SizeOf);

    /// <returns>0 for one that is not here.</returns>
    private long SizeOf(string blob)
    {
        try
        {
            return store.Content.Size(blob);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            return 0;
        }
    }
}
