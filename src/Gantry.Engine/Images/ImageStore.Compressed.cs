using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>Layers that were made here become compressed ones when they are pushed;
/// who has which form is derived from the manifests.</summary>
public sealed partial class ImageStore
{
    /// <summary>Whether a registry gave the image or has it: then its manifest stays, byte by byte.</summary>
    internal bool IsOfRegistry(Image image) => NamesOf(image.Id).Any(static name => name.Digest is not null);

    /// <summary>The compressed blob of a layer, if some image here has it; pinned.</summary>
    internal Descriptor? CompressedFormOf(string diffId, ImageLease lease)
    {
        foreach (Image image in All)
        {
            int index = image.DiffIds.TakeWhile(one => one != diffId).Count();
            if (index >= image.Layers.Count) continue;
            Descriptor layer = image.Layers[index];
            if (layer.MediaType is not (MediaTypes.LayerGzip or MediaTypes.LayerZstd or MediaTypes.DockerLayerGzip)) continue;
            lease.PinBlob(layer.Digest);
            if (_content.Contains(layer.Digest)) return layer;
        }
        return null;
    }

    /// <summary>Gives an image a manifest that lists its layers in another form. The old blobs go with the caller's lease.</summary>
    /// <param name="manifest">In the content store and pinned, as are its blobs.</param>
    /// <returns>The image as it is now; another push may have been quicker.</returns>
    internal Image Replace(Image image, Descriptor manifest)
    {
        // The image may have survived a power loss so far, and must go on doing so.
        _content.Sync();
        Image changed = Describe(new ImageRecord { Id = image.Id, Manifest = manifest });
        lock (_lock)
        {
            if (!_images.TryGetValue(image.Id, out Image? now)) throw GantryException.NotFound($"No such image: {image.Id}");
            if (now.Manifest != image.Manifest) return now;
            Save(changed with { LastTagged = now.LastTagged, IsSettled = now.IsSettled }, durable: true);
            return _images[image.Id];
        }
    }
}
