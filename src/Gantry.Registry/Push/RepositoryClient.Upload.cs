using System.Net;
using System.Net.Http.Headers;
using Gantry.Oci.Image;

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
        return response.StatusCode switch
        {
            HttpStatusCode.Created => null,
            HttpStatusCode.Accepted => Location(response, step),
            _ => throw await RegistryError.ReadAsync(response, step, cancellation),
        };
    }

    /// <summary>Sends in one request; where that breaks, asks how far it came and goes on there.</summary>
    /// <returns>Where to finish.</returns>
    private async Task<Uri> SendAsync(Descriptor blob, Uri upload, Func<Stream> open, Action<long> progress, CancellationToken cancellation)
    {
        long offset = 0;
        for (int fruitless = 0; ;)
        {
            long before = offset;
            try
            {
                return await SendFromAsync(blob, upload, offset, open, progress, cancellation);
            }
            catch (GantryException e) when (e.Kind == ErrorKind.Unavailable && fruitless < FruitlessTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 << fruitless), cancellation);
                (upload, offset) = await ProgressOfAsync(upload, cancellation);
                fruitless = offset > before ? 0 : fruitless + 1;
            }
        }
    }

    private async Task<Uri> SendFromAsync(Descriptor blob, Uri upload, long offset, Func<Stream> open, Action<long> progress, CancellationToken cancellation)
    {
        string step = $"push blob {blob.Digest}";
        using HttpResponseMessage response = await _transport.SendOnceAsync(() =>
        {
            Stream stream = open();
            stream.Seek(offset, SeekOrigin.Begin);
            StreamContent content = new(new ObservedStream(stream, count => progress(offset += count)), PieceSize);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Headers.ContentLength = blob.Size - offset;
            if (offset > 0) content.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{blob.Size - 1}");
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

    /// <summary>Says how much was read of it.</summary>
    private sealed class ObservedStream(Stream inner, Action<int> read) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int length = inner.Read(buffer, offset, count);
            read(length);
            return length;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default)
        {
            int length = await inner.ReadAsync(buffer, cancellation);
            read(length);
            return length;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
