using Gantry.Oci.Image;
using Gantry.Registry.Http;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images.Pull;

/// <summary>One layer of a pull.</summary>
/// <param name="Parent">Chain ID below; null for the lowest.</param>
internal sealed record PulledLayer(Descriptor Blob, string DiffId, string ChainId, string? Parent);

/// <summary>Fetches a layer and unpacks it at the same time.</summary>
internal sealed class LayerPull(ImageStore store, KeyedGate downloads, RepositoryClient client, Lease lease, LayerProgress progress)
{
    /// <param name="below">Done when the layer below is unpacked.</param>
    public async Task RunAsync(PulledLayer layer, Task below, CancellationToken cancellation)
    {
        string id = LayerProgress.ShortId(layer.Blob.Digest);
        // A second pull of the same layer waits, and then finds it here.
        using IDisposable turn = await downloads.EnterAsync(layer.Blob.Digest, cancellation);
        if (store.Content.Contains(layer.Blob.Digest))
        {
            if (!store.Snapshotter.Contains(layer.ChainId))
                await UnpackAsync(layer, store.Content.Open(layer.Blob.Digest), below, null, cancellation);
        }
        else
        {
            await FetchOrBeginAnewAsync(layer, id, below, cancellation);
        }
        progress.State(id, "Pull complete");
    }

    private async Task FetchOrBeginAnewAsync(PulledLayer layer, string id, Task below, CancellationToken cancellation)
    {
        bool goesOn = store.Content.HasPartial(layer.Blob.Digest);
        try
        {
            await FetchAsync(layer, id, below, cancellation);
        }
        catch (GantryException e) when (goesOn && e.Kind == ErrorKind.InvalidArgument)
        {
            // What an earlier try left was never synced: a power loss may have damaged it.
            store.Content.RemovePartial(layer.Blob.Digest);
            await FetchAsync(layer, id, below, cancellation);
        }
    }

    private async Task FetchAsync(PulledLayer layer, string id, Task below, CancellationToken cancellation)
    {
        using PartialBlob partial = store.Content.BeginPartial(layer.Blob.Digest);
        long fetched = partial.Length;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task unpack = store.Snapshotter.Contains(layer.ChainId) ? Task.CompletedTask
            : UnpackAsync(layer, partial.OpenReader(), below,
            read => { if (Volatile.Read(ref fetched) >= layer.Blob.Size) progress.Amount(id, "Extracting", read, layer.Blob.Size); },
            stop.Token);
        try
        {
            await client.DownloadAsync(layer.Blob, partial, here =>
            {
                // A layer that cannot be unpacked need not be fetched to its end.
                if (unpack.IsFaulted) unpack.GetAwaiter().GetResult();
                Volatile.Write(ref fetched, here);
                progress.Amount(id, "Downloading", here, layer.Blob.Size);
            }, cancellation);
            progress.State(id, "Verifying Checksum");
            partial.Commit(lease.PinBlob);
            progress.State(id, "Download complete");
        }
        catch (Exception e)
        {
            partial.Fail(e);
            await stop.CancelAsync();
            await unpack.Quietly();
            throw;
        }
        await unpack;
    }

    private async Task UnpackAsync(PulledLayer layer, Stream blob, Task below, Action<long>? read, CancellationToken cancellation)
    {
        await using Stream owned = blob;
        if (!store.Snapshotter.Independent) await below.WaitAsync(cancellation);
        await Task.Factory.StartNew(() =>
        {
            long position = 0;
            using ILayerUnpack unpack = store.Snapshotter.Unpack(layer.Parent);
            using TeeStream seen = new(blob, piece => read?.Invoke(position += piece.Length));
            unpack.Apply(Decompression.Open(seen), cancellation);
            unpack.Commit(layer.ChainId, layer.DiffId);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
