using Gantry.Api.Images;
using Gantry.Engine.Images.Indexes;

namespace Gantry.Daemon.Images;

/// <summary>Manifests and descriptors as the API shows them.</summary>
internal static class ManifestWire
{
    public static ImageManifestSummary Of(ListedManifest manifest) => new()
    {
        ID = manifest.Descriptor.Digest, Descriptor = Of(manifest.Descriptor), Available = manifest.IsAvailable,
        Size = new ManifestSize { Content = manifest.Content, Total = manifest.Content + manifest.Unpacked },
        Kind = manifest.Kind switch
        {
            ManifestKind.Image => "image", ManifestKind.Attestation => "attestation", _ => "unknown",
        },
        ImageData = manifest.Kind != ManifestKind.Image ? null : new ManifestImage
        {
            Platform = Of(manifest.Platform) ?? new DescriptorPlatform(), Containers = [.. manifest.Containers],
            Size = new ManifestUnpackedSize { Unpacked = manifest.Unpacked },
        },
        AttestationData = manifest.Kind != ManifestKind.Attestation ? null : new ManifestAttestation { For = manifest.Subject },
    };

    public static Descriptor Of(Oci.Image.Descriptor descriptor) => new()
    {
        MediaType = descriptor.MediaType ?? "", Digest = descriptor.Digest, Size = descriptor.Size, Urls = descriptor.Urls?.ToList(),
        Annotations = descriptor.Annotations is { } said ? new Dictionary<string, string>(said) : null,
        Platform = Of(descriptor.Platform), ArtifactType = descriptor.ArtifactType,
    };

    private static DescriptorPlatform? Of(Oci.Image.Platform? platform) => platform is null ? null : new DescriptorPlatform
    {
        Architecture = platform.Architecture ?? "", Os = platform.Os ?? "", OsVersion = platform.OsVersion,
        OsFeatures = platform.OsFeatures?.ToList(), Variant = platform.Variant,
    };
}
