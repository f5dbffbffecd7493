using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>A layer that was made here of a container's changes has no archive at first: that is made of the layer when somebody
/// needs it, and behind the caller's back in any case.</summary>
internal sealed class LayerArchives(ContentStore content, ISnapshotter snapshotter)
{
    /// <summary>Whether the blob is missing and can be made.</summary>
    public bool CanMake(Image image, string digest) => Missing(image).Any(layer => layer.Digest == digest);

    public bool IsAnyMissing(Image image) => Missing(image).Count > 0;

    /// <summary>Makes what is missing of an image.</summary>
    /// <param name="lease">Keeps what is made.</param>
    /// <exception cref="GantryException">Invalid: the layer is not any more what it was.</exception>
    public void Require(Image image, Lease lease)
    {
        foreach ((string digest, string chainId) in Missing(image))
        {
            using ContentWriter blob = content.Begin();
            using (ContentWriterStream stream = new(blob)) snapshotter.WriteArchive(chainId, stream);
            blob.Commit(digest, lease.PinBlob);
        }
    }

    private List<(string Digest, string ChainId)> Missing(Image image)
    {
        List<(string, string)> missing = [];
        for (int i = 0; i < Math.Min(image.Layers.Count, image.ChainIds.Count); i++)
            // Uncompressed, its archive's digest is the diff ID.
            if (image.Layers[i].Digest == image.DiffIds[i] && !content.Contains(image.DiffIds[i])
                && snapshotter.Layer(image.ChainIds[i])?.LeftOut is not null) missing.Add((image.DiffIds[i], image.ChainIds[i]));
        return missing;
    }
}
