using System.Globalization;
using System.Net;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Network.Ports;

namespace Gantry.Engine.Containers;

/// <summary>Which ports a container wants to have published.</summary>
internal static class PortList
{
    /// <exception cref="GantryException">InvalidArgument for what is no port, range or protocol.</exception>
    public static List<PortRequest> Parse(ContainerConfig config, HostConfig host)
    {
        List<PortRequest> requests = [];
        foreach ((string key, List<PortBinding>? bindings) in host.PortBindings)
        {
            (ushort port, string protocol) = ParseKey(key);
            foreach (PortBinding binding in bindings is null or [] ? [new PortBinding()] : bindings)
                requests.Add(Request(port, protocol, binding));
        }
        foreach ((ushort port, string protocol) in host.PublishAllPorts ? Exposed(config) : [])
        {
            if (!requests.Exists(request => request.ContainerPort == port && request.Protocol == protocol))
                requests.Add(new PortRequest { ContainerPort = port, Protocol = protocol });
        }
        return requests;
    }

    /// <summary><c>80/tcp</c>; without a protocol TCP is meant.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static (ushort Port, string Protocol) ParseKey(string key)
    {
        if (TryParseKey(key, out ushort port, out string protocol)) return (port, protocol);
        throw GantryException.Invalid(port > 0 && key.AsSpan().Count('/') == 1 ? $"invalid proto: \"{protocol}\""
            : $"invalid port specification: \"{key}\"");
    }

    /// <summary>The ports a container exposes. An image may name what is none, which nobody has checked: it is passed over.</summary>
    public static IEnumerable<(ushort Port, string Protocol)> Exposed(ContainerConfig config)
    {
        foreach (string key in config.ExposedPorts?.Keys ?? Enumerable.Empty<string>())
            if (TryParseKey(key, out ushort port, out string protocol)) yield return (port, protocol);
    }

    private static bool TryParseKey(string key, out ushort port, out string protocol)
    {
        string[] parts = key.Split('/');
        protocol = parts.Length > 1 ? parts[1].ToLowerInvariant() : "tcp";
        return TryPort(parts[0], out port) && parts.Length <= 2 && protocol is ("tcp" or "udp" or "sctp");
    }

    private static PortRequest Request(ushort port, string protocol, PortBinding binding)
    {
        ushort first = 0, last = 0;
        if (binding.HostPort.Length > 0)
        {
            string[] range = binding.HostPort.Split('-');
            bool valid = range.Length <= 2 && ushort.TryParse(range[0], NumberStyles.None, CultureInfo.InvariantCulture, out first);
            last = first;
            if (valid && range.Length == 2)
                valid = ushort.TryParse(range[1], NumberStyles.None, CultureInfo.InvariantCulture, out last) && last >= first;
            if (!valid) throw GantryException.Invalid($"invalid port specification: \"{binding.HostPort}\"");
        }
        IPAddress? address = null;
        if (binding.HostIp.Length > 0 && !AddressText.TryParse(binding.HostIp.Trim('[', ']'), out address))
            throw GantryException.Invalid($"invalid IP address: {binding.HostIp}");
        return new PortRequest { ContainerPort = port, Protocol = protocol, HostAddress = address, HostPort = first,
            HostPortEnd = last == first ? (ushort)0 : last };
    }

    private static bool TryPort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;
}
