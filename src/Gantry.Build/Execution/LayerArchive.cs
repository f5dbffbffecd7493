using Gantry.Build.Graph;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;

namespace Gantry.Build.Execution;

/// <summary>The archive of a layer, from wherever it is to be had.</summary>
internal static class LayerArchive
{
    /// <param name="chainId">Of a tree that has the layer as its last.</param>
    /// <returns>Uncompressed.</returns>
    public static Stream Open(StepStores stores, TreeLayer layer, string chainId)
    {
        Keep(stores, layer, chainId);
        return Decompression.Open(stores.Content.Open(layer.Blob.Digest));
    }

    /// <summary>Makes it be among the blobs. One that was made here has no archive until somebody needs it.</summary>
    /// <inheritdoc cref="Open"/>
    public static void Keep(StepStores stores, TreeLayer layer, string chainId)
    {
        stores.Lease.PinBlob(layer.Blob.Digest);
        if (stores.Content.Contains(layer.Blob.Digest)) return;
        using ContentWriter blob = stores.Content.Begin();
        using (ContentWriterStream stream = new(blob)) stores.Snapshots.WriteArchive(chainId, stream);
        blob.Commit(layer.Blob.Digest, stores.Lease.PinBlob);
    }
}
