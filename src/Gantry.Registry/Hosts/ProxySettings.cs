using System.Net;
using Gantry.Registry.Authorization;

namespace Gantry.Registry.Hosts;

/// <summary>Which proxy stands before an address, by the rules of curl and Go: <c>HTTP_PROXY</c>,
/// <c>HTTPS_PROXY</c>, <c>NO_PROXY</c>.</summary>
/// <param name="http">Address of the proxy for http; empty: none.</param>
/// <param name="https">The same for https.</param>
/// <param name="exceptions">Hosts, domains, addresses and networks that are reached without, separated by commas; <c>*</c> is all.</param>
public sealed class ProxySettings(string http, string https, string exceptions) : IWebProxy, ICredentials
{
    private readonly Uri? _http = Parse("http-proxy", http), _https = Parse("https-proxy", https);
    private readonly string[] _exceptions = exceptions.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>As shown to people: without name and password.</summary>
    public string Http { get; } = Masked(http);
    public string Https { get; } = Masked(https);
    public string Exceptions { get; } = exceptions;

    public ICredentials? Credentials { get => this; set => throw new NotSupportedException(); }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : Of(destination);

    public bool IsBypassed(Uri host)
    {
        if (Of(host) is null) return true;
        string name = host.IdnHost;
        IPAddress? address = AddressText.TryParse(name, out IPAddress? parsed) ? parsed : null;
        if (name == "localhost" || (address is not null && IPAddress.IsLoopback(address))) return true;
        return _exceptions.Any(entry => Matches(entry, name, host.Port, address));
    }

    /// <summary>Name and password are part of the proxy's address.</summary>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        new[] { _http, _https }.FirstOrDefault(proxy => proxy?.Authority == uri.Authority)?.UserInfo.Split(':',
            2) is [{ Length: > 0 } user, .. var rest]
            ? new NetworkCredential(Uri.UnescapeDataString(user), rest.Length > 0 ? Uri.UnescapeDataString(rest[0]) : "")
            : null;

    private Uri? Of(Uri destination) => destination.Scheme == Uri.UriSchemeHttps ? _https : _http;

    private static bool Matches(string entry, string name, int port, IPAddress? address)
    {
        if (entry == "*") return true;
        if (entry.Contains('/'))
            return address is not null && AddressText.TryParseNetwork(entry, out IPNetwork network) && network.Contains(address);
        if (AddressText.TryParse(entry, out IPAddress? excepted)) return excepted.Equals(address);
        int colon = entry.LastIndexOf(':');
        if (colon > 0 && int.TryParse(entry.AsSpan(colon + 1), out int wanted))
        {
            if (wanted != port) return false;
            entry = entry[..colon];
        }
        // "example.com" stands for itself and what is below it, ".example.com" only for what is below.
        entry = entry.TrimStart('*');
        return entry.StartsWith('.')
            ? name.EndsWith(entry, StringComparison.OrdinalIgnoreCase)
            : name.Equals(entry, StringComparison.OrdinalIgnoreCase) || name.EndsWith('.' + entry, StringComparison.OrdinalIgnoreCase);
    }

    private static Uri? Parse(string setting, string text)
    {
        if (text.Length == 0) return null;
        string full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(full, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" or "socks5"
            ? address
            : throw GantryException.Invalid($"invalid value for {setting}: \"{Masked(text)}\" is no address of a proxy");
    }

    private static string Masked(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and int scheme ? scheme + 3 : 0, at = text.LastIndexOf('@');
        return at < start ? text : $"{text[..start]}xxxxx:xxxxx{text[at..]}";
    }
}
