using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Daemon.Images;

/// <summary>A file that the daemon itself is to fetch: <c>fromSrc</c> of an import with an address, and ADD's.</summary>
internal static class WebAddress
{
    /// <summary>A server that sends nothing for so long is taken for dead, as with registries.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const int MaxReason = 1024;

    /// <param name="text">Without a scheme it is http.</param>
    /// <exception cref="GantryException">Invalid: no address of a web server.</exception>
    public static Uri Parse(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out Uri? address)
            && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? address : throw GantryException.Invalid($"\"{text}\" is no http or https address, nor \"-\" for the request's own body");

    /// <summary>For progress and history: without name and password.</summary>
    public static string Shown(Uri address) =>
        address.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped);

    /// <param name="begun">Called when the archive is begun to be read: what was wrong with the request has been said by then.</param>
    /// <returns>The file as it comes, and when it was changed last, if the server says so.</returns>
    /// <exception cref="GantryException">NotFound, Invalid: what the server says; Unavailable: nobody answers.</exception>
    public static async Task<(Stream Content, DateTimeOffset? Modified)> OpenAsync(Uri address, IWebProxy proxy, Action begun,
        CancellationToken cancellation)
    {
        HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false,
            Proxy = proxy }) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            HttpResponseMessage response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation)
                .WaitAsync(Patience, cancellation);
            Stream body = await response.Content.ReadAsStreamAsync(cancellation);
            if (!response.IsSuccessStatusCode) throw await RefusedAsync(address, response, body, cancellation);
            return (new WebStream(http, body, Shown(address), begun, cancellation), response.Content.Headers.LastModified);
        }
        catch (Exception e)
        {
            http.Dispose();
            if (e is HttpRequestException or TimeoutException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
                throw GantryException.Unavailable($"Get \"{Shown(address)}\": {Reason(address, e)}");
            throw;
        }
    }

    private static async Task<GantryException> RefusedAsync(Uri address, HttpResponseMessage response, Stream body,
        CancellationToken cancellation)
    {
        byte[] text = new byte[MaxReason];
        int length = await body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellation).AsTask()
            .WaitAsync(Patience, cancellation);
        string message = $"failed to GET {Shown(address)} with status {(int)response.StatusCode} {response.ReasonPhrase}: "
            + $"{Encoding.UTF8.GetString(text, 0, length).Trim()}";
        return response.StatusCode == HttpStatusCode.NotFound ? GantryException.NotFound(message) : GantryException.Invalid(message);
    }

    private static string Reason(Uri address, Exception e) => e.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"dial tcp {address.Authority}: connect: connection refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
            $"dial tcp: lookup {address.Host}: no such host",
        _ when e is not HttpRequestException => "no answer in time",
        { } inner => inner.Message,
        null => e.Message,
    };

    private sealed class WebStream(HttpClient http, Stream body, string address, Action begun, CancellationToken cancellation) :
        ReadOnlyStream
    {
        private Action? _begun = begun;

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            _begun?.Invoke();
            _begun = null;
            byte[] piece = new byte[Math.Min(buffer.Length, 128 << 10)];
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            try
            {
                int count = body.ReadAsync(piece, patience.Token).AsTask().GetAwaiter().GetResult();
                piece.AsSpan(0, count).CopyTo(buffer);
                return count;
            }
            catch (Exception e) when (e is IOException or HttpRequestException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                throw GantryException.Unavailable($"Get \"{address}\": "
                    + $"{(e is OperationCanceledException ? $"nothing came for {Patience.TotalSeconds:0} seconds" : e.Message)}");
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                body.Dispose();
                http.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
