using System.Collections.Concurrent;
using System.Net;
using Gantry.Oci.Image;
using Gantry.Storage.Content;

namespace Gantry.Registry.Http;

/// <summary>A blob in several ranges at once, for servers that give one connection only so much.</summary>
/// <remarks>
/// The digest is made in the blob's order, so ranges that come early wait in memory: few, and never on disk, where after a crash nobody
/// could tell a hole from content.
/// <code>
/// on disk, hashed      first    ahead    ahead    not asked for yet
/// ════════════════════╪════════╪════════╪════════╪─────────────
/// </code>
/// </remarks>
internal sealed class BlobRanges(RepositoryConnection connection, BlobRequest request)
{
    /// <summary>Ranges of one blob under way; and beyond the first of each blob, those of all blobs together.</summary>
    private const int MostOfOne = 4, MostAhead = 6;

    private readonly SemaphoreSlim _ahead = new(MostAhead);
    private readonly ConcurrentBag<byte[]> _buffers = [];

    /// <summary>One of several servers behind the name cannot: nobody asks for ranges any more.</summary>
    public bool AreLacking { get; private set; }

    private sealed record RangeFetch(Task Done, byte[] Buffer, int Length, bool IsAhead);

    public async Task RunAsync(Descriptor blob, PartialBlob partial, Action<long> progress, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Queue<RangeFetch> fetches = new();
        long asked = partial.Length, here = partial.Length;
        void Gained(int count) => progress(Interlocked.Add(ref here, count));
        try
        {
            while (partial.Length < blob.Size)
            {
                while (asked < blob.Size && fetches.Count < MostOfOne && (fetches.Count == 0 || _ahead.Wait(0, CancellationToken.None)))
                {
                    RangeFetch begun = Begin(blob, asked, fetches.Count > 0, Gained, stop.Token);
                    fetches.Enqueue(begun);
                    asked += begun.Length;
                }
                await fetches.Peek().Done;
                RangeFetch fetch = fetches.Dequeue();
                partial.Write(fetch.Buffer.AsSpan(0, fetch.Length));
                Finish(fetch);
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (RangeFetch fetch in fetches)
            {
                // What it says no longer matters: the first failure is on its way up.
                await fetch.Done.Quietly();
                Finish(fetch);
            }
        }
    }

    private RangeFetch Begin(Descriptor blob, long from, bool isAhead, Action<int> gained, CancellationToken cancellation)
    {
        byte[] buffer = _buffers.TryTake(out byte[]? used) ? used : new byte[connection.Options.RangeSize];
        int length = (int)Math.Min(buffer.Length, blob.Size - from);
        return new RangeFetch(FetchRangeAsync(blob, from, buffer.AsMemory(0, length), gained, cancellation), buffer, length, isAhead);
    }

    private void Finish(RangeFetch fetch)
    {
        _buffers.Add(fetch.Buffer);
        if (fetch.IsAhead) _ahead.Release();
    }

    private async Task FetchRangeAsync(Descriptor blob, long from, Memory<byte> target, Action<int> gained, CancellationToken cancellation)
    {
        int here = 0;
        await request.PersistAsync(() => here, target.Length, $"download of {blob.Digest}", async () =>
        {
            using HttpResponseMessage response = await request.GetAsync(blob, from + here, from + target.Length, cancellation);
            if (response.StatusCode != HttpStatusCode.PartialContent || BlobRequest.BeginningOf(response, from + here) != from + here)
            {
                AreLacking = true;
                throw GantryException.Unavailable($"fetch blob {blob.Digest}: the registry sent another part than the one asked for");
            }
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
            while (here < target.Length)
            {
                int count = await request.ReadPieceAsync(body, target[here..], cancellation);
                if (count == 0) return;
                here += count;
                gained(count);
            }
        }, cancellation);
    }
}
