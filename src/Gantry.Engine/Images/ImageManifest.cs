using Gantry.Storage.Roots;
using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Storage.Content;

namespace Gantry.Engine.Images;

/// <summary>Writes the manifest of an image that came without one.</summary>
internal static class ImageManifest
{
    public static Descriptor Put(ContentStore content, Lease lease, string configDigest, IReadOnlyList<Descriptor> layers,
        IReadOnlyDictionary<string, string>? annotations = null)
    {
        Manifest manifest = new()
        {
            MediaType = MediaTypes.Manifest,
            Config = new Descriptor { MediaType = MediaTypes.Config, Digest = configDigest, Size = content.Size(configDigest) },
            Layers = [.. layers.Select(layer =>
                new Descriptor { MediaType = MediaTypeOf(content, layer.Digest), Digest = layer.Digest, Size = layer.Size })],
            Annotations = annotations is { Count: > 0 }
                ? new SortedDictionary<string, string>(annotations.ToDictionary(), StringComparer.Ordinal) : null,
        };
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Default.Manifest);
        return new Descriptor { MediaType = MediaTypes.Manifest, Digest = content.Put(bytes, lease.PinBlob), Size = bytes.Length };
    }

    /// <summary>By the blob's first bytes, as for unpacking.</summary>
    public static string MediaTypeOf(ContentStore content, string digest)
    {
        // An archive that is made of its layer only when it is needed.
        if (!content.Contains(digest)) return MediaTypes.Layer;
        using FileStream blob = content.Open(digest);
        byte[] head = new byte[4];
        blob.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head is [0x1f, 0x8b, ..] ? MediaTypes.LayerGzip : head is [0x28, 0xb5, 0x2f, 0xfd] ? MediaTypes.LayerZstd : MediaTypes.Layer;
    }
}
