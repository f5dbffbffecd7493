using System.Globalization;
using System.Net;

namespace Gantry.Daemon.Configuration;

/// <summary>Where to listen, as <c>-H</c> names it: <c>unix:///run/gantry.sock</c>, <c>tcp://127.0.0.1:2375</c>, <c>fd://</c>,
/// or a bare path.</summary>
internal sealed record ListenAddress(string Scheme, string Path, IPAddress? Address = null, int Port = 0)
{
    public const string Default = "unix:///run/gantry.sock";

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static ListenAddress Parse(string text, bool tls)
    {
        int colon = text.IndexOf("://", StringComparison.Ordinal);
        string scheme = colon < 0 ? (text.StartsWith('/') ? "unix" : "tcp") : text[..colon], rest = colon < 0 ? text : text[(colon + 3)..];
        return scheme switch
        {
            "unix" when rest.Length > 0 => new("unix", rest),
            "unix" => Parse(Default, tls),
            "fd" => new("fd", rest),
            "tcp" => Tcp(text, rest, tls ? 2376 : 2375),
            _ => throw GantryException.Invalid($"invalid bind address format: {text}: use unix://PATH, tcp://HOST:PORT or fd://"),
        };
    }

    private static ListenAddress Tcp(string text, string rest, int port)
    {
        int colon = rest.LastIndexOf(':');
        string host = rest;
        if (colon >= 0 && !rest.EndsWith(']'))
        {
            host = rest[..colon];
            if (!int.TryParse(rest.AsSpan(colon + 1).TrimEnd('/'), NumberStyles.None, CultureInfo.InvariantCulture, out port)
                || port > 65535)
                throw GantryException.Invalid($"invalid bind address: {text}: the port is not a number from 0 to 65535");
        }
        host = host.Trim('[', ']', '/');
        IPAddress? address =
            host switch { "" or "localhost" => IPAddress.Loopback, _ => AddressText.TryParse(host, out IPAddress? parsed) ? parsed : null };
        return address is null ? throw GantryException.Invalid($"invalid bind address: {text}: {host} is not an IP address")
            : new("tcp", "", address, port);
    }

    public const string Consequence = "Access to the remote API is equivalent to root access on the host.";

    /// <summary>Who gets in without being asked who they are; null when nobody does. See <see cref="Consequence"/>.</summary>
    public string? Exposure(bool tls, bool verify) => Scheme != "tcp" || (tls && verify) ? null
        : tls ? $"API is accessible on https://{new IPEndPoint(Address!, Port)} without TLS client verification."
        : $"API is accessible on http://{new IPEndPoint(Address!, Port)} without encryption.";

    public override string ToString() => Scheme == "tcp" ? $"tcp://{new IPEndPoint(Address!, Port)}" : $"{Scheme}://{Path}";
}
