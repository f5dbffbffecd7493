using System.Globalization;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Configuration;

/// <summary>What EXPOSE takes: <c>80</c>, <c>53/udp</c>, <c>8000-8010/tcp</c>, and the old form with an address and a port of the host,
/// which is looked at and left out.</summary>
internal static class ExposedPorts
{
    /// <returns>One key of the image's configuration for each port: <c>80/tcp</c>.</returns>
    /// <exception cref="DockerfileException">None that there could be.</exception>
    public static IEnumerable<string> Parse(Word word)
    {
        string text = word.Text;
        int slash = text.LastIndexOf('/');
        string protocol = slash < 0 || slash + 1 == text.Length ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        string[] parts = (slash < 0 ? text : text[..slash]).Split(':');
        string container = parts[^1], host = parts.Length > 1 ? parts[^2] : "",
            address = string.Join(':', parts.SkipLast(2)).Trim('[', ']');
        if (address.Length > 0 && !AddressText.IsAddress(address)) throw word.Refuse($"invalid IP address: {address}");
        if (container.Length == 0) throw word.Refuse($"no port specified: {text}<empty>");
        if (PortRange(container) is not var (first, last)) throw word.Refuse($"invalid containerPort: {container}");
        CheckHost(word, host, container, last - first);
        if (protocol is not ("tcp" or "udp" or "sctp")) throw word.Refuse($"invalid proto: {protocol}");
        return Enumerable.Range(first, last - first + 1).Select(port => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"));
    }

    private static void CheckHost(Word word, string host, string container, int span)
    {
        if (host.Length == 0) return;
        if (PortRange(host) is not var (first, last)) throw word.Refuse($"invalid hostPort: {host}");
        // One port of the container may have any out of a range of the host's.
        if (last - first != span && span != 0)
            throw word.Refuse($"invalid ranges specified for container and host Ports: {container} and {host}");
    }

    private static (int First, int Last)? PortRange(string text)
    {
        string[] ends = text.Split('-');
        if (ends.Length > 2 || !TryPort(ends[0], out int first) || !TryPort(ends[^1], out int last) || last < first) return null;
        return (first, last);
    }

    private static bool TryPort(string text, out int port)
    {
        bool valid = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number);
        port = number;
        return valid;
    }
}
