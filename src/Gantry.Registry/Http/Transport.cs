using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Gantry.Registry.Authorization;
using Gantry.Registry.Errors;
using Gantry.Registry.Hosts;

namespace Gantry.Registry.Http;

/// <summary>Requests to one host with its certificates and the user's credentials; what is worth another try is tried again.</summary>
internal sealed class Transport : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    /// <summary>A registry may have to move and to hash gigabytes before it says that it has them.</summary>
    private const int PatienceAfterUpload = 20;

    private readonly HttpClient _http;
    private readonly Authorizer _authorizer;
    private readonly RegistryHost _host;
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;

    public Transport(RegistryHost host, RegistryOptions options, Credentials credentials, TimeProvider time)
    {
        _host = host;
        _options = options;
        _time = time;
        SocketsHttpHandler handler = new()
        {
            ConnectTimeout = host.DialTimeout ?? TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            UseCookies = false,
            AllowAutoRedirect = false,
            Proxy = options.Proxy,
            UseProxy = options.Proxy is not null,
            SslOptions = new HostCertificates(options.CertificatesDirectory, host).Options,
        };
        // Answers may take as long as the network needs; how long nothing may come is watched where they are read.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", options.UserAgent);
        _authorizer = new Authorizer((request, cancellation) => FollowAsync(request, null, cancellation), credentials, time,
            plainTokens: host.Base.Scheme == "http" || host.AnyCertificate);
    }

    public Authorizer Authorizer => _authorizer;

    /// <summary>Called with the number of seconds before another try.</summary>
    public Action<int>? Pausing { get; set; }

    /// <summary>Whether anybody answers there; asks without a second try.</summary>
    /// <exception cref="GantryException">Unavailable: nobody does, or TLS fails.</exception>
    public async Task PingAsync(CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address(""));
        AddHeaders(request);
        try
        {
            using HttpResponseMessage response = await WithinPatienceAsync(request, null, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(request, e);
        }
    }

    /// <summary>Sends until it was answered with something final: with a token where one is asked for, and again where the server or the
    /// network was out of order.</summary>
    /// <param name="make">Makes the request anew for each try.</param>
    /// <param name="scope">What the request does, for token servers: <c>repository:library/busybox:pull</c>.</param>
    /// <returns>Any answer but 401, 429 and 5xx; its body is not read yet.</returns>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, string scope, string step,
        CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            using HttpRequestMessage request = make();
            HttpResponseMessage response;
            try
            {
                response = await AuthorizedAsync(request, make, scope, null, cancellation);
            }
            catch (HttpRequestException e)
            {
                if (attempt >= _options.Attempts || e.InnerException is AuthenticationException) throw Unreachable(request, e);
                await PauseAsync(attempt, null, cancellation);
                continue;
            }
            int status = (int)response.StatusCode;
            if (status is not 401 and not 429 and < 500) return response;
            using (response)
            {
                if (status == 401 || attempt >= _options.Attempts) throw await RegistryError.ReadAsync(response, step, cancellation);
                await PauseAsync(attempt, response.Headers.RetryAfter, cancellation);
            }
        }
    }

    /// <summary>As <see cref="SendAsync"/> for a body that cannot be repeated as it is:
    /// a failure of network or server comes back at once.</summary>
    /// <param name="make">Told what to call whenever a piece of the body is on its way.</param>
    /// <exception cref="GantryException">Unavailable: it may work later.</exception>
    public async Task<HttpResponseMessage> SendOnceAsync(Func<Action<bool>, HttpRequestMessage> make, string scope, string step,
        CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        HttpRequestMessage MakeWatched() =>
            make(last => limit.CancelAfter(last ? PatienceAfterUpload * _options.Patience : _options.Patience));
        using HttpRequestMessage request = MakeWatched();
        limit.CancelAfter(_options.Patience);
        HttpResponseMessage response;
        try
        {
            response = await AuthorizedAsync(request, MakeWatched, scope, limit, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(request, e);
        }
        if ((int)response.StatusCode is not 401 and not 429 and < 500) return response;
        using (response) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    private async Task<HttpResponseMessage> AuthorizedAsync(HttpRequestMessage request, Func<HttpRequestMessage> make, string scope,
        CancellationTokenSource? limit, CancellationToken cancellation)
    {
        bool isOwn = AddHeaders(request);
        // An upload may be told to go to another host; who the user is here is not for it.
        AuthenticationHeaderValue? sent = request.Headers.Authorization = isOwn ? _authorizer.For(scope) : null;
        HttpResponseMessage response = await FollowAsync(request, limit, cancellation);
        bool isFinal = (int)response.StatusCode != 401 || !isOwn || response.RequestMessage?.RequestUri is not { } asked
            || !_host.Owns(asked);
        if (isFinal || !await _authorizer.AnswerAsync(response.Headers.WwwAuthenticate, scope, sent, cancellation)) return response;
        response.Dispose();
        using HttpRequestMessage again = make();
        AddHeaders(again);
        again.Headers.Authorization = _authorizer.For(scope);
        return await FollowAsync(again, limit, cancellation);
    }

    /// <summary>Redirections are followed by hand, so that nothing but the question itself reaches another host.</summary>
    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage request, CancellationTokenSource? limit,
        CancellationToken cancellation)
    {
        const int most = 10;
        HttpResponseMessage response = await WithinPatienceAsync(request, limit, cancellation);
        if (request.Content is not null) return response;
        for (int followed = 0; followed < most && (int)response.StatusCode is 301 or 302 or 303 or 307 or 308
            && response.Headers.Location is { } location; followed++)
        {
            Uri from = response.RequestMessage?.RequestUri ?? request.RequestUri!;
            if (!Uri.TryCreate(from, location, out Uri? target) || target.Scheme is not ("http" or "https")
                || (from.Scheme == "https" && target.Scheme == "http")) return response;
            response.Dispose();
            using HttpRequestMessage next = new(request.Method, target);
            next.Headers.Range = request.Headers.Range;
            foreach (MediaTypeWithQualityHeaderValue type in request.Headers.Accept) next.Headers.Accept.Add(type);
            AddHeaders(next);
            if (target.Scheme == request.RequestUri!.Scheme && target.Authority == request.RequestUri.Authority)
                next.Headers.Authorization = request.Headers.Authorization;
            response = await WithinPatienceAsync(next, null, cancellation);
        }
        return response;
    }

    /// <returns>Whether the request is for this host.</returns>
    private bool AddHeaders(HttpRequestMessage request)
    {
        if (!_host.Owns(request.RequestUri!)) return false;
        foreach ((string name, string value) in _host.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return true;
    }

    /// <summary>The header of an answer has to come within our patience.</summary>
    /// <param name="limit">Watched and moved by the caller instead, where a body is on its way up.</param>
    private async Task<HttpResponseMessage> WithinPatienceAsync(HttpRequestMessage request, CancellationTokenSource? limit,
        CancellationToken cancellation)
    {
        using CancellationTokenSource? own = limit is null ? CancellationTokenSource.CreateLinkedTokenSource(cancellation) : null;
        // What ends an upload may have to hash it first.
        own?.CancelAfter(request.Method == HttpMethod.Put ? PatienceAfterUpload * _options.Patience : _options.Patience);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, (limit ?? own)!.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            // The handler's own clock is the one for connecting.
            throw new HttpRequestException(e.InnerException is TimeoutException ? $"dial tcp {_host.Name}: i/o timeout"
                : $"no answer within {_options.Patience.TotalSeconds:0.#} seconds");
        }
    }

    private async Task PauseAsync(int attempt, RetryConditionHeaderValue? wanted, CancellationToken cancellation)
    {
        TimeSpan pause = wanted?.Delta
            ?? (wanted?.Date is { } date ? date - _time.GetUtcNow() : TimeSpan.FromMilliseconds(500 << Math.Min(attempt, 10)));
        pause = TimeSpan.FromMilliseconds(Math.Clamp(pause.TotalMilliseconds, 100, LongestPause.TotalMilliseconds));
        Pausing?.Invoke((int)Math.Ceiling(pause.TotalSeconds));
        await Task.Delay(pause, _time, cancellation);
    }

    /// <inheritdoc cref="RegistryHost.Address"/>
    public Uri Address(string path) => _host.Address(path);

    /// <summary>With what a user can do about it.</summary>
    private GantryException Unreachable(HttpRequestMessage request, HttpRequestException e)
    {
        string method = request.Method == HttpMethod.Get ? "Get"
            : request.Method.Method[..1] + request.Method.Method[1..].ToLowerInvariant();
        string reason = e.InnerException switch
        {
            AuthenticationException tls => $"tls: {tls.Message} If you trust it, put the certificate of its authority into "
                + $"{Path.Combine(_options.CertificatesDirectory, _host.Name)}/ca.crt, or list the host in insecure-registries",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"dial tcp {_host.Name}: connect: connection refused",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
                $"dial tcp: lookup {_host.Base.Host}: no such host",
            { } inner => inner.Message,
            null => e.Message,
        };
        return GantryException.Unavailable($"{method} \"{request.RequestUri}\": {reason}");
    }

    public void Dispose() => _http.Dispose();
}
