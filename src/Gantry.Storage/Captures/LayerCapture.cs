using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Captures;

/// <summary>Makes a layer of what a writable layer holds: by a seal where the driver can, or through its archive.</summary>
/// <param name="made">As in <see cref="ISnapshotter.Compare"/>.</param>
public sealed class LayerCapture(ContentStore content, ISnapshotter snapshots, IReadOnlySet<string> made)
{
    private const int BufferSize = 256 << 10;

    /// <summary>The layer, pinned: its diff ID and the length of its archive, which is in the content store where it cannot be made of
    /// the layer.</summary>
    /// <param name="below">Diff IDs of the layers that the writable one stands on, bottom first.</param>
    /// <param name="keep">As in <see cref="ISnapshotter.Seal"/>; without it the writable layer may be gone afterwards.</param>
    /// <returns>Null for one without a member: it is left out of an image.</returns>
    public Descriptor? Take(string key, IReadOnlyList<string> below, bool keep, Lease lease, CancellationToken cancellation)
    {
        ISealedLayer? layer;
        try
        {
            layer = snapshots.Seal(key, made, keep);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Unsupported)
        {
            return WriteAndUnpack(key, below, lease, cancellation);
        }
        if (layer is null) return null;
        using (layer)
        {
            string chain = Digest.ChainIds([.. below, layer.DiffId])[^1];
            lease.PinLayer(chain);
            lease.PinBlob(layer.DiffId);
            // The one that is there may have come compressed: from it the archive cannot be made.
            if (!snapshots.Contains(chain)) layer.Commit(chain);
            else if (snapshots.Layer(chain)?.LeftOut is null && !content.Contains(layer.DiffId))
                return WriteAndUnpack(key, below, lease, cancellation);
            return new Descriptor { Digest = layer.DiffId, Size = layer.ArchiveSize };
        }
    }

    private Descriptor? WriteAndUnpack(string key, IReadOnlyList<string> below, Lease lease, CancellationToken cancellation)
    {
        using ContentWriter blob = content.Begin();
        using BufferedStream buffer = new(new ContentWriterStream(blob), BufferSize);
        TreeArchive archive;
        using (TarWriter tar = new(buffer))
        {
            archive = new TreeArchive(tar);
            snapshots.Compare(key, made, directoryTimes: true, change => LayerSeal.Write(archive, change));
        }
        if (archive.Count == 0) return null;
        string diffId = blob.Commit(null, lease.PinBlob), chain = Digest.ChainIds([.. below, diffId])[^1];
        lease.PinLayer(chain);
        if (!snapshots.Contains(chain))
        {
            using ILayerUnpack unpack = snapshots.Unpack(below.Count > 0 ? Digest.ChainIds(below)[^1] : null);
            unpack.Apply(content.Open(diffId), cancellation);
            unpack.Commit(chain, diffId);
        }
        return new Descriptor { Digest = diffId, Size = blob.Length };
    }
}
