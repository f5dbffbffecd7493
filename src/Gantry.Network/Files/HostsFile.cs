using System.Net;
using System.Text;

namespace Gantry.Network.Files;

/// <summary>The content of a container's <c>/etc/hosts</c>.</summary>
public static class HostsFile
{
    private const string Loopback = "127.0.0.1\tlocalhost\n";
    private const string Loopback6 = "::1\tlocalhost ip6-localhost "
        + "ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    /// <summary>For a container with a network of its own.</summary>
    /// <param name="addresses">The container's own addresses; each gets a line with its names.</param>
    /// <param name="extraHosts"><c>name:address</c>; the address <c>host-gateway</c> stands for <paramref name="hostGateway"/>.</param>
    /// <param name="hostGateway">Address at which the container reaches the host; null when it cannot.</param>
    /// <exception cref="GantryException">InvalidArgument: an extra host that is not <c>name:address</c>.</exception>
    public static string Build(string hostname, string? domainname, IEnumerable<IPAddress> addresses, IEnumerable<string> extraHosts,
        IPAddress? hostGateway)
    {
        StringBuilder text = new StringBuilder(Loopback).Append(Loopback6);
        AppendExtra(text, extraHosts, hostGateway);
        string names = Names(hostname, domainname);
        foreach (IPAddress address in addresses) text.Append(address).Append('\t').Append(names).Append('\n');
        return text.ToString();
    }

    /// <summary>For a container on the host's network: the host's own file, and the extra hosts after it.</summary>
    public static string BuildForHostNetwork(string hostFile, IEnumerable<string> extraHosts, IPAddress? hostGateway)
    {
        StringBuilder text = new(hostFile);
        if (text.Length > 0 && text[^1] != '\n') text.Append('\n');
        AppendExtra(text, extraHosts, hostGateway);
        return text.ToString();
    }

    /// <exception cref="GantryException">InvalidArgument: it is not <c>name:address</c>.</exception>
    public static void Check(string extraHost) => Split(extraHost);

    /// <summary>A hostname may itself be fully qualified; then its first label is the short name.</summary>
    private static string Names(string hostname, string? domainname)
    {
        if (!string.IsNullOrEmpty(domainname)) return $"{hostname}.{domainname} {hostname}";
        int dot = hostname.IndexOf('.');
        return dot > 0 ? $"{hostname} {hostname[..dot]}" : hostname;
    }

    private static void AppendExtra(StringBuilder text, IEnumerable<string> extraHosts, IPAddress? hostGateway)
    {
        foreach (string extra in extraHosts)
        {
            (string name, string address) = Split(extra);
            if (address == "host-gateway")
            {
                address = hostGateway?.ToString() ?? throw GantryException.Invalid("unable to derive the IP value for host-gateway");
            }
            text.Append(address).Append('\t').Append(name).Append('\n');
        }
    }

    private static (string Name, string Address) Split(string extra)
    {
        // Both separators are in use: name:address is the API's form, name=address a command-line one that keeps IPv6 readable.
        int separator = extra.IndexOfAny([':', '=']);
        if (separator <= 0) throw GantryException.Invalid($"bad format for add-host: \"{extra}\"");
        string name = extra[..separator], address = extra[(separator + 1)..].Trim('[', ']');
        if (name.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '#'))
            throw GantryException.Invalid($"bad format for add-host: \"{extra}\"");
        if (address != "host-gateway" && !AddressText.IsAddress(address))
            throw GantryException.Invalid($"invalid IP address in add-host: \"{address}\"");
        return (name, address);
    }
}
