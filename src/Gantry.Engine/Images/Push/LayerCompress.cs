using Gantry.Engine.Images.Pull;
using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images.Push;

/// <summary>Compresses layers that were made here. The compressed form takes the place of the other in the store,
/// so it is made once and its digest stays.</summary>
internal sealed class LayerCompress(ImageStore store, Lease lease)
{
    private const int PieceSize = 128 << 10;

    /// <param name="progress">Told the bytes read so far.</param>
    /// <returns>The compressed form, pinned.</returns>
    public async Task<Descriptor> RunAsync(Descriptor layer, string diffId, CompressionKind how, Action<long> progress,
        CancellationToken cancellation)
    {
        // Another that wants the same layer waits, and then finds it.
        using IDisposable turn = await store.Compressing.EnterAsync(layer.Digest, cancellation);
        if (store.Forms.CompressedFormOf(diffId, lease) is { } known) return known;
        return await Task.Factory.StartNew(() => Compress(layer, how, progress, cancellation), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private Descriptor Compress(Descriptor layer, CompressionKind how, Action<long> progress, CancellationToken cancellation)
    {
        using ContentWriter writer = store.Content.Begin();
        using (FileStream source = store.Content.Open(layer.Digest))
        using (Stream target = how.Open(new ContentWriterStream(writer)))
        {
            byte[] buffer = new byte[PieceSize];
            long done = 0;
            int count;
            while ((count = source.Read(buffer)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                target.Write(buffer, 0, count);
                progress(done += count);
            }
        }
        long size = writer.Length;
        string digest = writer.Commit(null, lease.PinBlob);
        // A push that was killed left the same bytes aside.
        store.Content.RemovePartial(digest);
        return new Descriptor { MediaType = ImageManifest.MediaTypeOf(store.Content, digest), Digest = digest, Size = size };
    }
}
