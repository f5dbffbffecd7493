using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Gantry.Registry;

/// <summary>Requests to one host with its certificates and the user's credentials; what is worth another try is tried again.</summary>
internal sealed class Transport : IDisposable
{
    private const int Attempts = 5;
    /// <summary>A server that sends nothing for so long is taken for dead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Authorizer _authorizer;
    private readonly RegistryHost _host;
    private readonly RegistryOptions _options;

    public Transport(RegistryHost host, RegistryOptions options, Credentials credentials, TimeProvider time)
    {
        _host = host;
        _options = options;
        SocketsHttpHandler handler = new()
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            MaxConnectionsPerServer = 8,
            UseCookies = false,
            SslOptions = new HostCertificates(options.CertificatesDirectory, host).Options,
        };
        // Answers may take as long as the network needs; how long nothing may come is watched where they are read.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", options.UserAgent);
        _authorizer = new Authorizer(_http, credentials, time);
    }

    /// <summary>Called with the number of seconds before another try.</summary>
    public Action<int>? Pausing { get; set; }

    /// <summary>Whether anybody answers there; asks without a second try.</summary>
    /// <exception cref="GantryException">Unavailable: nobody does, or TLS fails.</exception>
    public async Task PingAsync(CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address("/v2/"));
        try
        {
            using HttpResponseMessage response = await WithinPatienceAsync(request, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(request, e);
        }
    }

    /// <summary>Sends until it was answered with something final: with a token where one is asked for, and again where the server or the network was out of order.</summary>
    /// <param name="make">Makes the request anew for each try.</param>
    /// <param name="scope">What the request does, for token servers: <c>repository:library/busybox:pull</c>.</param>
    /// <returns>Any answer but 401, 429 and 5xx; its body is not read yet.</returns>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, string scope, string step, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            using HttpRequestMessage request = make();
            HttpResponseMessage response;
            try
            {
                response = await AuthorizedAsync(request, make, scope, cancellation);
            }
            catch (HttpRequestException e)
            {
                if (attempt >= Attempts || e.InnerException is AuthenticationException) throw Unreachable(request, e);
                await PauseAsync(attempt, null, cancellation);
                continue;
            }
            int status = (int)response.StatusCode;
            if (status is not 401 and not 429 and < 500) return response;
            using (response)
            {
                if (status == 401 || attempt >= Attempts) throw await RegistryError.ReadAsync(response, step, cancellation);
                await PauseAsync(attempt, response.Headers.RetryAfter, cancellation);
            }
        }
    }

    /// <summary>As <see cref="SendAsync"/> for what cannot be repeated as it is: a failure of network or server comes back at once.</summary>
    /// <exception cref="GantryException">Unavailable: it may work later.</exception>
    public async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> make, string scope, string step, CancellationToken cancellation)
    {
        using HttpRequestMessage request = make();
        HttpResponseMessage response;
        try
        {
            response = await AuthorizedAsync(request, make, scope, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(request, e);
        }
        if ((int)response.StatusCode is not 401 and not 429 and < 500) return response;
        using (response) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    private async Task<HttpResponseMessage> AuthorizedAsync(HttpRequestMessage request, Func<HttpRequestMessage> make, string scope, CancellationToken cancellation)
    {
        AuthenticationHeaderValue? sent = request.Headers.Authorization = _authorizer.For(scope);
        HttpResponseMessage response = await WithinPatienceAsync(request, cancellation);
        if ((int)response.StatusCode != 401 || !await _authorizer.AnswerAsync(response.Headers.WwwAuthenticate, scope, sent, cancellation)) return response;
        response.Dispose();
        using HttpRequestMessage again = make();
        again.Headers.Authorization = _authorizer.For(scope);
        return await WithinPatienceAsync(again, cancellation);
    }

    /// <summary>The header of an answer has to come within our patience, unless a body is on its way up.</summary>
    private async Task<HttpResponseMessage> WithinPatienceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (request.Content is null) limit.CancelAfter(Patience);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {Patience.TotalSeconds:0} seconds");
        }
    }

    private async Task PauseAsync(int attempt, RetryConditionHeaderValue? wanted, CancellationToken cancellation)
    {
        TimeSpan pause = wanted?.Delta ?? (wanted?.Date is { } date ? date - DateTimeOffset.UtcNow : TimeSpan.FromMilliseconds(500 << attempt));
        pause = TimeSpan.FromMilliseconds(Math.Clamp(pause.TotalMilliseconds, 100, LongestPause.TotalMilliseconds));
        Pausing?.Invoke((int)Math.Ceiling(pause.TotalSeconds));
        await Task.Delay(pause, cancellation);
    }

    public Uri Address(string path) => new(_host.Base, path);

    /// <summary>With what a user can do about it.</summary>
    private GantryException Unreachable(HttpRequestMessage request, HttpRequestException e)
    {
        string method = request.Method == HttpMethod.Get ? "Get" : request.Method.Method[..1] + request.Method.Method[1..].ToLowerInvariant();
        string reason = e.InnerException switch
        {
            AuthenticationException tls => $"tls: {tls.Message} If you trust it, put the certificate of its authority into {Path.Combine(_options.CertificatesDirectory, _host.Name)}/ca.crt, or list the host in insecure-registries",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"dial tcp {_host.Name}: connect: connection refused",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => $"dial tcp: lookup {_host.Base.Host}: no such host",
            { } inner => inner.Message,
            null => e.Message,
        };
        return GantryException.Unavailable($"{method} \"{request.RequestUri}\": {reason}");
    }

    public void Dispose() => _http.Dispose();
}
