using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Gantry.Oci.Image;
using Gantry.Registry.Errors;
using Gantry.Registry.Push;
using Gantry.Storage.Archives;

namespace Gantry.Registry.Http;

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
    /// <summary>The registry has refused a body for its size.</summary>
    private bool _needsPieces;

    /// <summary>What is smaller is sent again as quickly as asked for.</summary>
    private const long WorthGoingOn = 1 << 20;

    /// <summary>Remembers uploads that this process does not finish; null: nothing does.</summary>
    public UnfinishedUploads? Unfinished { private get; set; }

    /// <param name="sources">Repositories of the same registry that may have the blob.</param>
    /// <param name="open">Opens the content; called anew for each try.</param>
    /// <param name="progress">Told the bytes sent so far.</param>
    /// <returns>And the source, if it was mounted.</returns>
    /// <exception cref="GantryException">Refused, or broken again and again.</exception>
    public async Task<(UploadResult Result, string? Source)> UploadAsync(Descriptor blob, IReadOnlyList<string> sources, Func<Stream> open,
        Action<long> progress, CancellationToken cancellation)
    {
        if (await HasBlobAsync(blob.Digest, cancellation)) return (UploadResult.Present, null);
        using UnfinishedUpload? note = blob.Size < WorthGoingOn ? null : Unfinished?.Open(Host, _path, blob.Digest);
        if (note?.Earlier() is { } earlier && await GoOnAsync(blob, earlier, note, open, progress, cancellation))
            return (UploadResult.Sent, null);
        Uri? upload = null;
        foreach (string source in sources)
        {
            upload = await BeginAsync($"?mount={Uri.EscapeDataString(blob.Digest)}&from={Uri.EscapeDataString(source)}",
                $"{_pushScope} repository:{source}:pull", cancellation);
            if (upload is null) return (UploadResult.Mounted, source);
            // Not mounted, but an upload was begun: it is as good as any.
            break;
        }
        for (int attempt = 1; ; attempt++)
        {
            upload ??= await BeginAsync("", _pushScope, cancellation)
                ?? throw GantryException.Unavailable($"the registry began no upload of {blob.Digest}");
            if (await SendAsync(blob, upload, 0, note, open, progress, cancellation) is { } end
                && await FinishAsync(blob, end, cancellation))
            {
                note?.Forget();
                return (UploadResult.Sent, null);
            }
            if (attempt >= Options.Attempts)
                throw GantryException.Unavailable($"push blob {blob.Digest}: the registry gave up the upload {attempt} times");
            upload = null;
        }
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
        using HttpResponseMessage response = await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Head,
            _transport.Address($"{_path}/blobs/{digest}")), _pushScope, $"look for blob {digest}", cancellation);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <returns>Where to send; null when the blob was mounted.</returns>
    private async Task<Uri?> BeginAsync(string query, string scope, CancellationToken cancellation)
    {
        const string step = "begin an upload";
        using HttpResponseMessage response = await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Post,
            _transport.Address($"{_path}/blobs/uploads/{query}")) { Content = new ByteArrayContent([]) }, scope, step, cancellation);
        if (response.Headers.TryGetValues("OCI-Chunk-Min-Length", out IEnumerable<string>? least)
            && long.TryParse(least.First(), out long bytes)) _smallestPiece = Math.Clamp(bytes, SmallestPiece, 1L << 30);
        return response.StatusCode switch
        {
            HttpStatusCode.Created => null,
            HttpStatusCode.Accepted => Location(response, step),
            _ => throw await RegistryError.ReadAsync(response, step, cancellation),
        };
    }

    /// <summary>Sends in one request, or in pieces to a registry that refuses so much at once; where that breaks,
    /// asks how far it came and goes on there.</summary>
    /// <param name="offset">What the registry has of it.</param>
    /// <returns>Where to finish; null when the registry does not know the upload any more, or does not go on with it.</returns>
    private async Task<Uri?> SendAsync(Descriptor blob, Uri upload, long offset, UnfinishedUpload? note, Func<Stream> open,
        Action<long> progress, CancellationToken cancellation)
    {
        note?.Keep(upload);
        for (int fruitless = 0; offset < blob.Size;)
        {
            long before = offset, end = Math.Min(blob.Size, offset + Math.Min(_pieceSize, blob.Size));
            try
            {
                upload = await SendPieceAsync(blob, upload, offset, end, open, progress, cancellation);
                note?.Keep(upload);
                offset = end;
                fruitless = 0;
                continue;
            }
            catch (GantryException e) when (IsTooLarge(e) && end - offset > _smallestPiece)
            {
                _needsPieces = true;
                // Others of this push may have found the same meanwhile.
                _pieceSize =
                    Math.Max(_smallestPiece, Math.Min(_pieceSize, end - offset > LargestPiece ? LargestPiece : (end - offset) / 2));
            }
            catch (GantryException e) when (offset > 0 && !_needsPieces
                && e.InnerException is RegistryAnswerException { Status: HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed })
            {
                // It takes a blob in one request alone.
                _pieceSize = long.MaxValue;
                return null;
            }
            catch (GantryException e) when ((e.Kind is ErrorKind.Unavailable or ErrorKind.NotFound || IsOutOfStep(e))
                && fruitless < Options.Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 << Math.Min(fruitless, 6)), cancellation);
            }
            if (await ProgressOfAsync(blob, upload, cancellation) is not { } known)
            {
                // Some registries keep only what came whole: what breaks next shall cost less.
                _pieceSize = Math.Max(_smallestPiece, Math.Min(_pieceSize, LargestPiece));
                return null;
            }
            (upload, offset) = known;
            note?.Keep(upload);
            fruitless = offset > before ? 0 : fruitless + 1;
        }
        return upload;
    }

    private static bool IsTooLarge(GantryException e) =>
        e.InnerException is RegistryAnswerException { Status: HttpStatusCode.RequestEntityTooLarge };

    /// <summary>The registry has another idea of how far the upload is.</summary>
    private static bool IsOutOfStep(GantryException e) =>
        e.InnerException is RegistryAnswerException { Status: HttpStatusCode.RequestedRangeNotSatisfiable };

    private async Task<Uri> SendPieceAsync(Descriptor blob, Uri upload, long from, long end, Func<Stream> open, Action<long> progress,
        CancellationToken cancellation)
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
        return response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.Created
            ? Location(response, step) : throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    /// <returns>Null when there is nothing to go on with: the registry does not know the upload, or says of it what cannot be.</returns>
    private async Task<(Uri Upload, long Offset)?> ProgressOfAsync(Descriptor blob, Uri upload, CancellationToken cancellation)
    {
        const string step = "continue an upload";
        using HttpResponseMessage response =
            await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, upload), _pushScope, step, cancellation);
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
    private async Task<bool> FinishAsync(Descriptor blob, Uri upload, CancellationToken cancellation)
    {
        string step = $"finish the upload of {blob.Digest}";
        string query = upload.Query.Length > 1 ? $"{upload.Query[1..]}&" : "";
        Uri target = new UriBuilder(upload) { Query = $"{query}digest={Uri.EscapeDataString(blob.Digest)}" }.Uri;
        using HttpResponseMessage response = await _transport.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Put, target) { Content = new ByteArrayContent([]) }, _pushScope, step, cancellation);
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
        Uri from = response.RequestMessage?.RequestUri ?? Host.Base;
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
