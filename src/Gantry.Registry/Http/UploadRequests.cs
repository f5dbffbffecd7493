using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Gantry.Oci.Image;
using Gantry.Registry.Errors;
using Gantry.Storage.Archives;

namespace Gantry.Registry.Http;

/// <summary>The requests that an upload consists of.</summary>
internal sealed class UploadRequests(RepositoryConnection connection)
{
    /// <summary>Of the content that is read for a request.</summary>
    private const int BufferSize = 256 << 10;

    /// <summary>The smallest piece that is tried, unless the registry wants larger ones.</summary>
    private const long Smallest = 256 << 10;

    /// <summary>The smallest piece that the registry takes.</summary>
    public long SmallestPiece { get; private set; } = Smallest;

    public async Task<bool> HasBlobAsync(string digest, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await connection.Transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Head,
            connection.Transport.Address($"{connection.Repository}/blobs/{digest}")), connection.PushScope, $"look for blob {digest}",
            cancellation);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <returns>Where to send; null when the blob was mounted.</returns>
    public async Task<Uri?> BeginAsync(string query, string scope, CancellationToken cancellation)
    {
        const string step = "begin an upload";
        using HttpResponseMessage response = await connection.Transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Post,
            connection.Transport.Address($"{connection.Repository}/blobs/uploads/{query}")) { Content = new ByteArrayContent([]) }, scope,
            step, cancellation);
        if (response.Headers.TryGetValues("OCI-Chunk-Min-Length", out IEnumerable<string>? least)
            && long.TryParse(least.First(), out long bytes)) SmallestPiece = Math.Clamp(bytes, Smallest, 1L << 30);
        return response.StatusCode switch
        {
            HttpStatusCode.Created => null,
            HttpStatusCode.Accepted => Location(response, step),
            _ => throw await RegistryError.ReadAsync(response, step, cancellation),
        };
    }

    public async Task<Uri> SendPieceAsync(Descriptor blob, Uri upload, long from, long end, Func<Stream> open, Action<long> progress,
        CancellationToken cancellation)
    {
        string step = $"push blob {blob.Digest}";
        using HttpResponseMessage response = await connection.Transport.SendOnceAsync(moved =>
        {
            long at = from;
            Stream stream = open();
            stream.Seek(from, SeekOrigin.Begin);
            TeeStream observed = new(end < blob.Size ? new BoundedStream(stream, end - from) : stream, piece =>
            {
                progress(at += piece.Length);
                moved(at >= end);
            });
            StreamContent content = new(observed, BufferSize);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Headers.ContentLength = end - from;
            if (from > 0 || end < blob.Size) content.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{end - 1}");
            return new HttpRequestMessage(HttpMethod.Patch, upload) { Content = content };
        }, connection.PushScope, step, cancellation);
        return response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.Created
            ? Location(response, step) : throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    /// <returns>Null when there is nothing to go on with: the registry does not know the upload, or says of it what cannot be.</returns>
    public async Task<(Uri Upload, long Offset)?> ProgressOfAsync(Descriptor blob, Uri upload, CancellationToken cancellation)
    {
        const string step = "continue an upload";
        using HttpResponseMessage response =
            await connection.Transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, upload), connection.PushScope, step,
                cancellation);
        // Besides 404: an address that was signed for some time only is refused with 403.
        if (!response.IsSuccessStatusCode || Received(response, blob.Size) is not { } offset) return null;
        return (response.Headers.Location is null ? upload : Location(response, step), offset);
    }

    /// <summary>"0-1023" stands for 1024 bytes, and "0-0" for none: distribution-spec has no word for one byte.</summary>
    /// <returns>Null for what is no such range, or for more than there is.</returns>
    private static long? Received(HttpResponseMessage response, long size)
    {
        if (!response.Headers.TryGetValues("Range", out IEnumerable<string>? values)) return 0;
        string range = values.First();
        if (range.StartsWith("bytes=", StringComparison.Ordinal)) range = range["bytes=".Length..];
        if (!range.StartsWith("0-", StringComparison.Ordinal)
            || !long.TryParse(range.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long last) || last >= size) return null;
        return last == 0 ? 0 : last + 1;
    }

    /// <returns>False when the registry has lost the upload, as one that was killed under it has: it is to be begun anew.</returns>
    public async Task<bool> FinishAsync(Descriptor blob, Uri upload, CancellationToken cancellation)
    {
        string step = $"finish the upload of {blob.Digest}";
        string query = upload.Query.Length > 1 ? $"{upload.Query[1..]}&" : "";
        Uri target = new UriBuilder(upload) { Query = $"{query}digest={Uri.EscapeDataString(blob.Digest)}" }.Uri;
        using HttpResponseMessage response = await connection.Transport.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Put, target) { Content = new ByteArrayContent([]) }, connection.PushScope, step,
            cancellation);
        if (response.IsSuccessStatusCode) return true;
        // The answer to an earlier try may have been lost.
        if (response.StatusCode == HttpStatusCode.NotFound && await HasBlobAsync(blob.Digest, cancellation)) return true;
        GantryException refused = await RegistryError.ReadAsync(response, step, cancellation);
        return refused.InnerException is RegistryAnswerException { Code: "BLOB_UPLOAD_INVALID" or "BLOB_UPLOAD_UNKNOWN" } ? false
            : throw refused;
    }

    /// <exception cref="GantryException">Unavailable: the registry says none, or one that nothing of the user's may go to.</exception>
    private Uri Location(HttpResponseMessage response, string step)
    {
        Uri from = response.RequestMessage?.RequestUri ?? connection.Host.Base;
        Uri target =
            new(from, response.Headers.Location ?? throw GantryException.Unavailable($"{step}: the registry does not say where to go on"));
        if (target.Scheme is not ("http" or "https"))
            throw GantryException.Unavailable(
                $"{step}: the registry goes on at an address that is neither http nor https: {target.Scheme}");
        if (from.Scheme == "https" && target.Scheme == "http")
            throw GantryException.Unavailable($"{step}: the registry goes on without TLS at {target.Authority}; behind a proxy it has to "
                + $"be told the protocol (X-Forwarded-Proto)");
        return target;
    }
}
