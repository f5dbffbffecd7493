using System.Net;
using System.Net.Http.Headers;
using Gantry.Oci.Image;
using Gantry.Registry.Errors;
using Gantry.Storage.Content;

namespace Gantry.Registry.Http;

public sealed partial class RepositoryClient
{
    private const int PieceSize = 256 << 10;

    /// <summary>Fetches what a blob still lacks, taking up broken transfers where they ended; a large rest in several ranges at once,
    /// where the server can.</summary>
    /// <param name="blob">Its size bounds what is taken from the registry.</param>
    /// <param name="progress">Told the bytes that are here.</param>
    /// <exception cref="GantryException">Unavailable: the registry failed again and again; Invalid:
    /// it sent more than the blob has.</exception>
    public Task DownloadAsync(Descriptor blob, PartialBlob partial, Action<long> progress, CancellationToken cancellation) =>
        PersistAsync(() => partial.Length, blob.Size, $"download of {blob.Digest}", async () =>
        {
            long from = partial.Length;
            bool inRanges = !_serverLacksRanges && blob.Size - from >= Options.ParallelFrom;
            using (HttpResponseMessage response = await GetBlobAsync(blob, from, inRanges ? from + Options.RangeSize : null, cancellation))
            {
                await CopyAsync(blob, partial, response, from, progress, cancellation);
                inRanges &= response.StatusCode == HttpStatusCode.PartialContent;
            }
            if (!inRanges || partial.Length >= blob.Size) return;
            try
            {
                await DownloadRangesAsync(blob, partial, progress, cancellation);
            }
            catch (GantryException) when (_serverLacksRanges)
            {
                // One of several servers behind the name cannot do what the first could; the next try asks for the whole rest.
            }
        }, cancellation);

    /// <summary>Tries until all is here, and gives up when so many tries in a row brought nothing.</summary>
    private async Task PersistAsync(Func<long> position, long end, string what, Func<Task> attempt, CancellationToken cancellation)
    {
        for (int fruitless = 0; position() < end;)
        {
            long before = position();
            try
            {
                await attempt();
                if (position() < end)
                    throw new HttpIOException(HttpRequestError.ResponseEnded, $"the registry ended after {position()} of {end} bytes");
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException)
            {
                fruitless = position() > before ? 0 : fruitless + 1;
                if (fruitless >= Options.Attempts) throw GantryException.Unavailable($"{what}: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(200 << Math.Min(fruitless, 6)), cancellation);
            }
        }
    }

    /// <param name="end">First byte that is not wanted; null for all.</param>
    private async Task<HttpResponseMessage> GetBlobAsync(Descriptor blob, long from, long? end, CancellationToken cancellation)
    {
        string step = $"fetch blob {blob.Digest}";
        HttpResponseMessage response = await _transport.SendAsync(() =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, _transport.Address($"{_path}/blobs/{blob.Digest}"));
            if (from > 0 || end is not null) request.Headers.Range = new RangeHeaderValue(from, end - 1);
            return request;
        }, _pullScope, step, cancellation);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent) return response;
        using (response) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    private async Task CopyAsync(Descriptor blob, PartialBlob partial, HttpResponseMessage response, long from, Action<long> progress,
        CancellationToken cancellation)
    {
        // A server that cannot continue sends everything again; the bytes that we have are the same.
        long skip = from - BeginningOf(response, from);
        if (skip < 0) throw GantryException.Unavailable($"fetch blob {blob.Digest}: the registry sent another part than the one asked for");
        byte[] buffer = new byte[PieceSize];
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        while (true)
        {
            int count = await ReadPieceAsync(body, buffer, cancellation);
            if (count == 0) return;
            int known = (int)Math.Min(skip, count);
            skip -= known;
            if (partial.Length + count - known > blob.Size)
                throw GantryException.Invalid($"the registry sent more for {blob.Digest} than its {blob.Size} bytes");
            partial.Write(buffer.AsSpan(known, count - known));
            progress(partial.Length);
        }
    }

    private static long BeginningOf(HttpResponseMessage response, long wanted) =>
        response.StatusCode == HttpStatusCode.OK ? 0 : response.Content.Headers.ContentRange?.From ?? wanted;

    /// <exception cref="HttpRequestException">It broke, or nothing came for too long.</exception>
    private async Task<int> ReadPieceAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Options.Patience);
        try
        {
            return await body.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"nothing came for {Options.Patience.TotalSeconds:0.#} seconds");
        }
        catch (IOException e) when (e is not HttpIOException)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }
}
