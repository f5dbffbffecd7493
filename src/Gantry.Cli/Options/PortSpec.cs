using System.Globalization;
using Gantry.Api.Json;
using Gantry.Api.Networks;

namespace Gantry.Cli.Options;

/// <summary>
/// One <c>--publish</c>: <c>[address:][hostPort[-end]:]containerPort[-end][/protocol]</c>, or
/// <c>published=8080,target=80,protocol=tcp</c>.
/// </summary>
internal static class PortSpec
{
    /// <summary>Adds what the specification says to both maps.</summary>
    public static void AddPublished(string spec, Dictionary<string, EmptyObject?> exposed, Dictionary<string, List<PortBinding>?> bindings)
    {
        if (spec.Contains('=')) spec = FromFields(spec);
        (string address, string host, string container, string protocol) = Split(spec);
        (int first, int last) = Range(container, "containerPort");
        if (host.Length == 0)
        {
            for (int port = first; port <= last; port++) Add($"{port}/{protocol}", "", address, exposed, bindings);
            return;
        }
        // 0 is any that is free.
        (int hostFirst, int hostLast) = Range(host, "hostPort", least: 0);
        bool oneOfRange = first == last && hostFirst != hostLast;
        if (!oneOfRange && hostLast - hostFirst != last - first)
            throw new FormatException($"invalid ranges specified for container and host Ports: {container} and {host}");
        for (int port = first; port <= last; port++)
            Add($"{port}/{protocol}", oneOfRange ? $"{hostFirst}-{hostLast}"
                : (hostFirst + port - first).ToString(CultureInfo.InvariantCulture), address, exposed, bindings);
    }

    /// <summary>One <c>--expose</c>: <c>port[-end][/protocol]</c>.</summary>
    public static void AddExposed(string spec, Dictionary<string, EmptyObject?> exposed)
    {
        if (spec.Contains(':')) throw new FormatException($"invalid port format for --expose: {spec}");
        (string ports, string protocol) = CutProtocol(spec);
        (int first, int last) = Range(ports, "range format for --expose");
        for (int port = first; port <= last; port++) exposed[$"{port}/{protocol}"] = EmptyObject.Value;
    }

    private static void Add(string key, string hostPort, string address, Dictionary<string, EmptyObject?> exposed,
        Dictionary<string, List<PortBinding>?> bindings)
    {
        exposed[key] = EmptyObject.Value;
        if (!bindings.TryGetValue(key, out List<PortBinding>? list) || list is null) bindings[key] = list = [];
        list.Add(new PortBinding { HostIp = address, HostPort = hostPort });
    }

    private static (string Address, string Host, string Container, string Protocol) Split(string spec)
    {
        string rest = spec, address = "";
        if (rest.StartsWith('['))
        {
            int close = rest.IndexOf("]:", StringComparison.Ordinal);
            if (close < 0) throw new FormatException($"invalid IP address: {spec}");
            (address, rest) = (rest[1..close], rest[(close + 2)..]);
        }
        int colon = rest.LastIndexOf(':');
        string container = rest[(colon + 1)..];
        string before = colon < 0 ? "" : rest[..colon];
        int second = before.LastIndexOf(':');
        string host = before[(second + 1)..];
        if (second >= 0)
        {
            if (address.Length > 0) throw new FormatException($"invalid hostPort: {before}");
            address = before[..second];
        }
        if (address.Length > 0 && !AddressText.IsAddress(address)) throw new FormatException($"invalid IP address: {address}");
        (container, string protocol) = CutProtocol(container);
        if (container.Length == 0) throw new FormatException($"no port specified: {spec}<empty>");
        return (address, host, container, protocol);
    }

    private static (string Ports, string Protocol) CutProtocol(string text)
    {
        int slash = text.IndexOf('/');
        if (slash < 0) return (text, "tcp");
        string protocol = text[(slash + 1)..].ToLowerInvariant();
        if (protocol is not ("tcp" or "udp" or "sctp")) throw new FormatException($"invalid proto: {text[(slash + 1)..]}");
        return (text[..slash], protocol);
    }

    private static (int First, int Last) Range(string text, string what, int least = 1)
    {
        int dash = text.IndexOf('-');
        int first = Port(dash < 0 ? text : text[..dash], text, what, least);
        int last = dash < 0 ? first : Port(text[(dash + 1)..], text, what, least);
        return last >= first ? (first, last)
            : throw new FormatException($"invalid {what}: {text}: the end of a range must not be before its start");
    }

    private static int Port(string text, string whole, string what, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port >= least && port <= 65535 ? port
            : throw new FormatException($"invalid {what}: {whole}");

    /// <summary>The long form in the words of the short one.</summary>
    private static string FromFields(string spec)
    {
        string? target = null;
        string published = "", protocol = "tcp";
        foreach ((string key, string? value, string field) in CsvFields.Pairs(spec))
        {
            if (value is null) throw new FormatException($"invalid field {field}");
            switch (key)
            {
                case "target": target = value; break;
                case "published": published = value + ":"; break;
                case "protocol": protocol = value; break;
                case "mode" when value is "host" or "ingress": break;
                default: throw new FormatException($"invalid field key {key}");
            }
        }
        return target is null ? throw new FormatException($"missing mandatory field \"target\"") : $"{published}{target}/{protocol}";
    }
}
