using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>Layers that were made here become compressed ones when they are pushed;
/// who has which form is derived from the manifests.</summary>
internal sealed class ImageForms(ImageTable table, ImageRecords records, ContentStore content)
{
    /// <summary>Whether a registry gave the image or has it: then its manifest stays, byte by byte.</summary>
    public bool IsOfRegistry(Image image) => table.NamesOf(image.Id).Any(static name => name.Digest is not null);

    /// <summary>What its manifest says beside what it is made of.</summary>
    public IReadOnlyDictionary<string, string> AnnotationsOf(Image image) =>
        ImageDocuments.ReadManifest(content.Read(image.Manifest, ImageRecords.MaxDocumentSize), image.Manifest).Annotations
            ?? NoAnnotations;

    private static readonly Dictionary<string, string> NoAnnotations = [];

    /// <summary>The compressed blob of a layer, if some image here has it; pinned.</summary>
    public Descriptor? CompressedFormOf(string diffId, Lease lease)
    {
        foreach (Image image in table.All)
        {
            int index = image.DiffIds.TakeWhile(one => one != diffId).Count();
            if (index >= image.Layers.Count) continue;
            Descriptor layer = image.Layers[index];
            if (layer.MediaType is not (MediaTypes.LayerGzip or MediaTypes.LayerZstd or MediaTypes.DockerLayerGzip)) continue;
            lease.PinBlob(layer.Digest);
            if (content.Contains(layer.Digest)) return layer;
        }
        return null;
    }

    /// <summary>Gives an image a manifest that lists its layers in another form. The old blobs go with the caller's lease.</summary>
    /// <param name="manifest">In the content store and pinned, as are its blobs.</param>
    /// <returns>The image as it is now; another push may have been quicker.</returns>
    /// <param name="index">What its names stand for besides, likewise; null for the image alone.</param>
    public Image Replace(Image image, Descriptor manifest, Descriptor? index = null)
    {
        // The image may have survived a power loss so far, and must go on doing so.
        content.Sync();
        Image changed = records.Describe(new ImageRecord { Id = image.Id, Manifest = manifest, Index = index });
        lock (table.Gate)
        {
            Image now = table.Find(image.Id) ?? throw GantryException.NotFound($"No such image: {image.Id}");
            if (now.Manifest != image.Manifest || now.Index?.Descriptor.Digest != image.Index?.Descriptor.Digest) return now;
            changed = changed with { LastTagged = now.LastTagged, IsSettled = now.IsSettled };
            table.Save(changed, durable: true);
            return changed;
        }
    }
}
