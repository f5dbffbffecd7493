using System.Net;
using System.Net.Http.Headers;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;

namespace Gantry.Registry;

/// <summary>How a blob came to be in the repository.</summary>
public enum UploadResult
{
    /// <summary>It was sent.</summary>
    Sent,
    /// <summary>It was there already.</summary>
    Present,
    /// <summary>The registry took it from another repository.</summary>
    Mounted,
}

public sealed partial class RepositoryClient
{
    /// <summary>The size of pieces to begin with where one request is not allowed to carry all, and the smallest that is tried.</summary>
    private const long LargestPiece = 16 << 20, SmallestPiece = 256 << 10;

    private long _pieceSize = long.MaxValue, _smallestPiece = SmallestPiece;

    /// <param name="sources">Repositories of the same registry that may have the blob.</param>
    /// <param name="open">Opens the content; called anew for each try.</param>
    /// <param name="progress">Told the bytes sent so far.</param>
    /// <returns>And the source, if it was mounted.</returns>
    /// <exception cref="GantryException">Refused, or broken again and again.</exception>
    public async Task<(UploadResult Result, string? Source)> UploadAsync(Descriptor blob, IReadOnlyList<string> sources, Func<Stream> open, Action<long> progress, CancellationToken cancellation)
    {
        if (await HasBlobAsync(blob.Digest, cancellation)) return (UploadResult.Present, null);
        Uri? upload = null;
        foreach (string source in sources)
        {
            upload = await BeginAsync($"?mount={Uri.EscapeDataString(blob.Digest)}&from={Uri.EscapeDataString(source)}", $"{_pushScope} repository:{source}:pull", cancellation);
            if (upload is null) return (UploadResult.Mounted, source);
            // Not mounted, but an upload was begun: it is as good as any.
            break;
        }
        upload ??= await BeginAsync("", _pushScope, cancellation) ?? throw GantryException.Unavailable($"the registry began no upload of {blob.Digest}");
        upload = await SendAsync(blob, upload, open, progress, cancellation);
        await FinishAsync(blob, upload, cancellation);
        return (UploadResult.Sent, null);
    }

    /// <param name="reference">Tag or digest.</param>
    /// <param name="mediaType">As in the document.</param>
    public async Task PutManifestAsync(string reference, string mediaType, byte[] bytes, CancellationToken cancellation)
    {
        string step = $"push manifest {reference}";
        using HttpResponseMessage response = await _transport.SendAsync(() =>
        {
            ByteArrayContent content = new(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            return new HttpRequestMessage(HttpMethod.Put, _transport.Address($"{_path}/manifests/{reference}")) { Content = content };
        }, _pushScope, step, cancellation);
        if (!response.IsSuccessStatusCode) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    private async Task<bool> HasBlobAsync(string digest, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Head, _transport.Address($"{_path}/blobs/{digest}")), _pushScope, $"look for blob {digest}", cancellation);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <returns>Where to send; null when the blob was mounted.</returns>
    private async Task<Uri?> BeginAsync(string query, string scope, CancellationToken cancellation)
    {
        const string step = "begin an upload";
        using HttpResponseMessage response = await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, _transport.Address($"{_path}/blobs/uploads/{query}")) { Content = new ByteArrayContent([]) }, scope, step, cancellation);
        if (response.Headers.TryGetValues("OCI-Chunk-Min-Length", out IEnumerable<string>? least) && long.TryParse(least.First(), out long bytes)) _smallestPiece = Math.Clamp(bytes, SmallestPiece, 1L << 30);
        return response.StatusCode switch
        {
            HttpStatusCode.Created => null,
            HttpStatusCode.Accepted => Location(response, step),
            _ => throw await RegistryError.ReadAsync(response, step, cancellation),
        };
    }

    /// <summary>Sends in one request, or in pieces to a registry that refuses so much at once; where that breaks, asks how far it came and goes on there.</summary>
    /// <returns>Where to finish.</returns>
    private async Task<Uri> SendAsync(Descriptor blob, Uri upload, Func<Stream> open, Action<long> progress, CancellationToken cancellation)
    {
        long offset = 0;
        for (int fruitless = 0; offset < blob.Size;)
        {
            long before = offset, end = Math.Min(blob.Size, offset + Math.Min(_pieceSize, blob.Size));
            try
            {
                upload = await SendPieceAsync(blob, upload, offset, end, open, progress, cancellation);
                offset = end;
                fruitless = 0;
                continue;
            }
            catch (GantryException e) when (IsTooLarge(e) && end - offset > _smallestPiece)
            {
                // Others of this push may have found the same meanwhile.
                _pieceSize = Math.Max(_smallestPiece, Math.Min(_pieceSize, end - offset > LargestPiece ? LargestPiece : (end - offset) / 2));
            }
            catch (GantryException e) when ((e.Kind == ErrorKind.Unavailable || IsOutOfStep(e)) && fruitless < Options.Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 << Math.Min(fruitless, 6)), cancellation);
            }
            (upload, offset) = await ProgressOfAsync(upload, cancellation);
            fruitless = offset > before ? 0 : fruitless + 1;
        }
        return upload;
    }

    private static bool IsTooLarge(GantryException e) => e.InnerException is RegistryAnswerException { Status: HttpStatusCode.RequestEntityTooLarge };

    /// <summary>The registry has another idea of how far the upload is.</summary>
    private static bool IsOutOfStep(GantryException e) => e.InnerException is RegistryAnswerException { Status: HttpStatusCode.RequestedRangeNotSatisfiable };

    private async Task<Uri> SendPieceAsync(Descriptor blob, Uri upload, long from, long end, Func<Stream> open, Action<long> progress, CancellationToken cancellation)
    {
        string step = $"push blob {blob.Digest}";
        using HttpResponseMessage response = await _transport.SendOnceAsync(moved =>
        {
            long at = from;
            Stream stream = open();
            stream.Seek(from, SeekOrigin.Begin);
            TeeStream observed = new(end < blob.Size ? new BoundedStream(stream, end - from) : stream, piece =>
            {
                progress(at += piece.Length);
                moved(at >= end);
            });
            StreamContent content = new(observed, PieceSize);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Headers.ContentLength = end - from;
            if (from > 0 || end < blob.Size) content.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{end - 1}");
            return new HttpRequestMessage(HttpMethod.Patch, upload) { Content = content };
        }, _pushScope, step, cancellation);
        return response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.Created ? Location(response, step) : throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    private async Task<(Uri Upload, long Offset)> ProgressOfAsync(Uri upload, CancellationToken cancellation)
    {
        const string step = "continue an upload";
        using HttpResponseMessage response = await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, upload), _pushScope, step, cancellation);
        if (!response.IsSuccessStatusCode) throw await RegistryError.ReadAsync(response, step, cancellation);
        // "0-1023" stands for 1024 bytes, and "0-0" for none: distribution-spec has no word for one byte.
        string range = response.Headers.TryGetValues("Range", out IEnumerable<string>? values) ? values.First() : "0-0";
        long last = long.TryParse(range.AsSpan(range.IndexOf('-') + 1), out long parsed) ? parsed : 0;
        return (response.Headers.Location is null ? upload : Location(response, step), last == 0 ? 0 : last + 1);
    }

    private async Task FinishAsync(Descriptor blob, Uri upload, CancellationToken cancellation)
    {
        string step = $"finish the upload of {blob.Digest}";
        string query = upload.Query.Length > 1 ? $"{upload.Query[1..]}&" : "";
        Uri target = new UriBuilder(upload) { Query = $"{query}digest={Uri.EscapeDataString(blob.Digest)}" }.Uri;
        using HttpResponseMessage response = await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Put, target) { Content = new ByteArrayContent([]) }, _pushScope, step, cancellation);
        if (response.IsSuccessStatusCode) return;
        // The answer to an earlier try may have been lost.
        if (response.StatusCode == HttpStatusCode.NotFound && await HasBlobAsync(blob.Digest, cancellation)) return;
        throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    private Uri Location(HttpResponseMessage response, string step) =>
        response.Headers.Location is { } location ? new Uri(response.RequestMessage?.RequestUri ?? Host.Base, location) : throw GantryException.Unavailable($"{step}: the registry does not say where to go on");
}
