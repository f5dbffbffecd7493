using System.Net;
using System.Net.Http.Headers;
using Gantry.Oci.Image;
using Gantry.Storage;

namespace Gantry.Registry;

public sealed partial class RepositoryClient
{
    /// <summary>How often a transfer may break without a byte gained before it is given up.</summary>
    private const int FruitlessTries = 5;
    private const int PieceSize = 256 << 10;

    /// <summary>Fetches what a blob still lacks, taking up broken transfers where they ended.</summary>
    /// <param name="blob">Its size bounds what is taken from the registry.</param>
    /// <exception cref="GantryException">Unavailable: the registry failed again and again; Invalid: it sent more than the blob has.</exception>
    public async Task DownloadAsync(Descriptor blob, PartialBlob partial, Action progress, CancellationToken cancellation)
    {
        for (int fruitless = 0; partial.Length < blob.Size;)
        {
            long before = partial.Length;
            try
            {
                await DownloadRestAsync(blob, partial, progress, cancellation);
                if (partial.Length < blob.Size) throw new HttpIOException(HttpRequestError.ResponseEnded, $"the registry ended blob {blob.Digest} after {partial.Length} of {blob.Size} bytes");
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException)
            {
                fruitless = partial.Length > before ? 0 : fruitless + 1;
                if (fruitless >= FruitlessTries) throw GantryException.Unavailable($"download of {blob.Digest}: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(200 << fruitless), cancellation);
            }
        }
    }

    private async Task DownloadRestAsync(Descriptor blob, PartialBlob partial, Action progress, CancellationToken cancellation)
    {
        long from = partial.Length;
        string step = $"fetch blob {blob.Digest}";
        using HttpResponseMessage response = await _transport.SendAsync(() =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, _transport.Address($"{_path}/blobs/{blob.Digest}"));
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            return request;
        }, _pullScope, step, cancellation);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent)) throw await RegistryError.ReadAsync(response, step, cancellation);
        // A server that cannot continue sends everything again; the bytes that we have are the same.
        long skip = response.StatusCode == HttpStatusCode.OK ? from : from - (response.Content.Headers.ContentRange?.From ?? from);
        if (skip < 0) throw GantryException.Unavailable($"{step}: the registry sent another part than the one asked for");

        byte[] buffer = new byte[PieceSize];
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        while (true)
        {
            int count = await ReadPieceAsync(body, buffer, cancellation);
            if (count == 0) return;
            int known = (int)Math.Min(skip, count);
            skip -= known;
            if (partial.Length + count - known > blob.Size) throw GantryException.Invalid($"the registry sent more for {blob.Digest} than its {blob.Size} bytes");
            partial.Write(buffer.AsSpan(known, count - known));
            progress();
        }
    }

    private static async Task<int> ReadPieceAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Transport.Patience);
        try
        {
            return await body.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"nothing came for {Transport.Patience.TotalSeconds:0} seconds");
        }
        catch (IOException e) when (e is not HttpIOException)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }
}
