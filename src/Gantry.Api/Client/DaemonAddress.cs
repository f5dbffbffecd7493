namespace Gantry.Api.Client;

/// <summary>Where the daemon listens: <c>unix:///path</c> or <c>tcp://host:port</c>.
/// A bare path and a bare <c>host:port</c> are taken for what they look like.</summary>
public sealed class DaemonAddress
{
    public const string Default = "unix:///run/gantry.sock";
    private const int DefaultPort = 2375;

    /// <summary>As people write it and as messages show it.</summary>
    public string Text { get; }
    /// <summary>Null for TCP.</summary>
    public string? SocketPath { get; }
    public string Host { get; } = "localhost";
    public int Port { get; }

    private DaemonAddress(string text, string? socketPath, string host, int port) =>
        (Text, SocketPath, Host, Port) = (text, socketPath, host, port);

    /// <exception cref="FormatException">No such form, or one that this client does not speak; the message is for the user.</exception>
    public static DaemonAddress Parse(string text)
    {
        string trimmed = text.Trim();
        int scheme = trimmed.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return trimmed.StartsWith('/') ? Unix(trimmed) : Tcp(trimmed, text);
        string rest = trimmed[(scheme + 3)..];
        return trimmed[..scheme] switch
        {
            "unix" => Unix(rest.Length == 0 ? Default["unix://".Length..] : rest),
            "tcp" or "http" => Tcp(rest, text),
            "fd" => throw new FormatException(
                $"{text}: fd:// is an address for the daemon, which is handed its socket; a client needs unix:// or tcp://"),
            _ => throw new FormatException($"unable to parse daemon host `{text}`: unix:///path or tcp://host:port is expected"),
        };
    }

    private static DaemonAddress Unix(string path) => new($"unix://{path}", path, "localhost", 0);

    private static DaemonAddress Tcp(string rest, string original)
    {
        rest = rest.TrimEnd('/');
        int colon = rest.LastIndexOf(':');
        bool hasPort = colon >= 0 && !rest[colon..].Contains(']');
        string host = (hasPort ? rest[..colon] : rest).Trim('[', ']');
        int port = DefaultPort;
        if (hasPort && colon + 1 < rest.Length && (!int.TryParse(rest[(colon + 1)..], out port) || port is < 1 or > 65535))
            throw new FormatException($"unable to parse daemon host `{original}`: the port must be a number from 1 to 65535");
        if (host.Length == 0) host = "127.0.0.1";
        string shown = host.Contains(':') ? $"[{host}]" : host;
        return new($"tcp://{shown}:{port}", null, host, port);
    }
}
