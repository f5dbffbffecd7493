using System.Net.Http.Headers;
using Gantry.Registry.Errors;
using Gantry.Registry.Wire;

namespace Gantry.Registry.Authorization;

/// <summary>Answers a registry's challenges, and remembers the answers for as long as they are good.</summary>
/// <param name="send">Sends a request to a token server, with an end to its patience.</param>
/// <param name="plainTokens">The registry itself is trusted without TLS, so its token server may be too.</param>
internal sealed class Authorizer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, Credentials credentials,
    TimeProvider time, bool plainTokens)
{
    private const string ClientId = "gantry";
    /// <summary>A token that is about to end could end on the way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly record struct Known(AuthenticationHeaderValue Header, DateTimeOffset Until);

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Ask token servers for something to be kept instead of the password.</summary>
    public bool WantsIdentity { private get; set; }

    /// <summary>What a token server gave to be kept; null when none did.</summary>
    public string? IdentityToken { get; private set; }

    /// <summary>What to send for a scope, as far as it is known without asking.</summary>
    public AuthenticationHeaderValue? For(string scope)
    {
        if (credentials.RegistryToken is { Length: > 0 } own) return new AuthenticationHeaderValue("Bearer", own);
        lock (_known) return _known.TryGetValue(scope, out Known known) && known.Until - Margin > time.GetUtcNow() ? known.Header : null;
    }

    /// <summary>Gets what the challenge asks for.</summary>
    /// <param name="refused">What was sent and not accepted; another request may have got a better one meanwhile.</param>
    /// <returns>False when there is nothing new to send.</returns>
    public async Task<bool> AnswerAsync(IEnumerable<AuthenticationHeaderValue> challenges, string scope,
        AuthenticationHeaderValue? refused, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            if (For(scope) is { } meanwhile && !meanwhile.Equals(refused)) return true;
            foreach (AuthenticationHeaderValue header in challenges)
            {
                if (Challenge.TryParse(header.Scheme, header.Parameter) is not { } challenge) continue;
                Known? answer = challenge.Scheme switch
                {
                    "bearer" => await GetTokenAsync(challenge, scope, cancellation),
                    "basic" when credentials.Basic is { } basic =>
                        new Known(new AuthenticationHeaderValue("Basic", basic), DateTimeOffset.MaxValue),
                    _ => null,
                };
                if (answer is not { } known || known.Header.Equals(refused)) continue;
                lock (_known) _known[scope] = known;
                return true;
            }
            return false;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Known?> GetTokenAsync(Challenge challenge, string scope, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(challenge["realm"], UriKind.Absolute, out Uri? realm) || realm.Scheme is not ("https" or "http"))
            throw GantryException.Unavailable($"the registry names no usable token server: \"{challenge["realm"]}\"");
        // Whoever is on the way would read the password, or the token, which TLS to the registry was to keep from them.
        if (realm.Scheme == "http" && !plainTokens)
        {
            throw GantryException.Unavailable(
                $"get a token from {realm.GetLeftPart(UriPartial.Path)}: refused, for the registry is spoken to over TLS "
                + "and its token server would get the credentials in the clear; list the registry in insecure-registries if you trust "
                + "the way to it");
        }
        using HttpRequestMessage request = credentials.IdentityToken is { Length: > 0 } refresh
            ? Refresh(realm, challenge["service"], scope, refresh) : Ask(realm, challenge["service"], scope);
        using HttpResponseMessage response = await send(request, cancellation);
        if (!response.IsSuccessStatusCode) throw await RegistryError.ReadAsync(response, $"get a token from {realm.Host}", cancellation);
        TokenAnswer answer = await RegistryError.ReadJsonAsync(response, RegistryJson.Default.TokenAnswer, cancellation);
        if (WantsIdentity && answer.RefreshToken is { Length: > 0 } identity) IdentityToken = identity;
        string token = answer.Token ?? answer.AccessToken
            ?? throw GantryException.Unavailable($"the token server {realm.Host} sent no token");
        return new Known(new AuthenticationHeaderValue("Bearer", token),
            time.GetUtcNow() + TimeSpan.FromSeconds(Math.Max(answer.ExpiresIn ?? 60, 60)));
    }

    private HttpRequestMessage Ask(Uri realm, string? service, string scope)
    {
        List<string> query = [];
        if (realm.Query.Length > 1) query.Add(realm.Query[1..]);
        if (!string.IsNullOrEmpty(service)) query.Add($"service={Uri.EscapeDataString(service)}");
        foreach (string one in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)) query.Add($"scope={Uri.EscapeDataString(one)}");
        if (WantsIdentity && credentials.Basic is not null) query.Add($"offline_token=true&client_id={ClientId}");
        if (credentials.Username is { Length: > 0 } user) query.Add($"account={Uri.EscapeDataString(user)}");
        HttpRequestMessage request = new(HttpMethod.Get, new UriBuilder(realm) { Query = string.Join('&', query) }.Uri);
        if (credentials.Basic is { } basic) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        return request;
    }

    private static HttpRequestMessage Refresh(Uri realm, string? service, string scope, string token) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token", ["client_id"] = ClientId, ["refresh_token"] = token, ["service"] = service ?? "",
            ["scope"] = scope,
        }),
    };
}
