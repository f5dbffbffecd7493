using System.Net;
using Gantry.Oci.Image;
using Gantry.Storage.Content;

namespace Gantry.Registry.Http;

/// <summary>Fetches what a blob still lacks.</summary>
internal sealed class BlobDownload(RepositoryConnection connection, BlobRequest request, BlobRanges ranges)
{
    private const int PieceSize = 256 << 10;

    public Task RunAsync(Descriptor blob, PartialBlob partial, Action<long> progress, CancellationToken cancellation) =>
        request.PersistAsync(() => partial.Length, blob.Size, $"download of {blob.Digest}", async () =>
        {
            long from = partial.Length;
            bool inRanges = !ranges.AreLacking && blob.Size - from >= connection.Options.ParallelFrom;
            long? end = inRanges ? from + connection.Options.RangeSize : null;
            using (HttpResponseMessage response = await request.GetAsync(blob, from, end, cancellation))
            {
                await CopyAsync(blob, partial, response, from, progress, cancellation);
                inRanges &= response.StatusCode == HttpStatusCode.PartialContent;
            }
            if (!inRanges || partial.Length >= blob.Size) return;
            try
            {
                await ranges.RunAsync(blob, partial, progress, cancellation);
            }
            catch (GantryException) when (ranges.AreLacking)
            {
                // One of several servers behind the name cannot do what the first could; the next try asks for the whole rest.
            }
        }, cancellation);

    private async Task CopyAsync(Descriptor blob, PartialBlob partial, HttpResponseMessage response, long from, Action<long> progress,
        CancellationToken cancellation)
    {
        // A server that cannot continue sends everything again; the bytes that we have are the same.
        long skip = from - BlobRequest.BeginningOf(response, from);
        if (skip < 0) throw GantryException.Unavailable($"fetch blob {blob.Digest}: the registry sent another part than the one asked for");
        byte[] buffer = new byte[PieceSize];
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        while (true)
        {
            int count = await request.ReadPieceAsync(body, buffer, cancellation);
            if (count == 0) return;
            int known = (int)Math.Min(skip, count);
            skip -= known;
            if (partial.Length + count - known > blob.Size)
                throw GantryException.Invalid($"the registry sent more for {blob.Digest} than its {blob.Size} bytes");
            partial.Write(buffer.AsSpan(known, count - known));
            progress(partial.Length);
        }
    }
}
