using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images.Indexes;

/// <summary>Writes what attests an image, in the public form that BuildKit's images have: a manifest of its own in the index, whose layers
/// are statements, for a platform that nobody has.</summary>
internal static class AttestationManifest
{
    /// <param name="subject">Digest of the image's manifest.</param>
    /// <returns>As the index lists it.</returns>
    public static Descriptor Put(ContentStore content, Lease lease, string subject, IReadOnlyList<Attestation> attestations)
    {
        List<Descriptor> layers = [.. attestations.Select(one => PutBlob(content, lease, AttestationNames.Layer, one.Statement) with
        {
            Annotations = new Dictionary<string, string> { [AttestationNames.PredicateType] = one.PredicateType },
        })];
        OciImage configuration = new()
        {
            Architecture = AttestationNames.Unknown, Os = AttestationNames.Unknown, Config = new ImageConfig(),
            RootFs = new ImageRootFs { DiffIds = [.. layers.Select(layer => layer.Digest)] },
        };
        Manifest manifest = new()
        {
            MediaType = MediaTypes.Manifest, Layers = layers,
            Config = PutBlob(content, lease, MediaTypes.Config,
                JsonSerializer.SerializeToUtf8Bytes(configuration, ImageJson.Default.OciImage)),
        };
        return PutBlob(content, lease, MediaTypes.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Default.Manifest)) with
        {
            Platform = new Platform { Architecture = AttestationNames.Unknown, Os = AttestationNames.Unknown },
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                [AttestationNames.ReferenceDigest] = subject, [AttestationNames.ReferenceType] = AttestationNames.Kind,
            },
        };
    }

    private static Descriptor PutBlob(ContentStore content, Lease lease, string type, byte[] bytes) =>
        new() { MediaType = type, Digest = content.Put(bytes, lease.PinBlob), Size = bytes.Length };
}
