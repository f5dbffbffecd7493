using System.Net;
using Gantry.Api.Networks;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Queries;
using Gantry.Network.Ports;
using Endpoint = Gantry.Network.Endpoints.Endpoint;

namespace Gantry.Daemon.Containers;

/// <summary>A container's networks as each version of the API shows them.</summary>
internal static class EndpointWire
{
    private static readonly ApiVersion WithoutShortId = new(1, 45);

    public static Dictionary<string, EndpointSettings?> All(ContainerRecord record)
    {
        Dictionary<string, EndpointSettings?> shown = [];
        foreach ((string name, EndpointSettings asked) in record.Networks)
        {
            Endpoint? got = record.Endpoints.FirstOrDefault(endpoint => endpoint.NetworkName == name);
            shown[name] = got is null ? Copy(asked) : Of(asked, got);
        }
        return shown;
    }

    public static NetworkSettings Settings(ContainerDetails container, ApiVersion version)
    {
        ContainerRecord record = container.Record;
        Dictionary<string, EndpointSettings?> all = All(record);
        if (version < WithoutShortId) AddShortId(all, ContainerId.Short(record.Id));
        NetworkSettings settings = new() { Networks = all, Ports = Ports(record, container.Exposed),
            SandboxKey = record.Status.Running ? $"/proc/{record.Status.Pid}/ns/net" : "" };
        if (record.Status.Running) settings.SandboxID = record.Id;
        if (all.GetValueOrDefault("bridge") is { } bridge)
        {
            settings.EndpointID = bridge.EndpointID;
            settings.Gateway = bridge.Gateway;
            settings.IPAddress = bridge.IPAddress;
            settings.IPPrefixLen = bridge.IPPrefixLen;
            settings.MacAddress = bridge.MacAddress;
            settings.GlobalIPv6Address = bridge.GlobalIPv6Address;
            settings.GlobalIPv6PrefixLen = bridge.GlobalIPv6PrefixLen;
            settings.IPv6Gateway = bridge.IPv6Gateway;
        }
        return settings;
    }

    /// <summary>Among the aliases older clients find the name that every container has in a network of users;
    /// newer ones find it among the DNS names.</summary>
    private static void AddShortId(Dictionary<string, EndpointSettings?> networks, string id)
    {
        foreach ((string network, EndpointSettings? endpoint) in networks)
        {
            if (endpoint is null || network is "bridge" or "host" or "none" || endpoint.Aliases?.Contains(id) == true) continue;
            endpoint.Aliases = [.. endpoint.Aliases ?? [], id];
        }
    }

    private static string Text(IPAddress? address) => address?.ToString() ?? "";

    private static EndpointSettings Copy(EndpointSettings asked) => new()
    {
        IPAMConfig = asked.IPAMConfig,
        Links = asked.Links,
        Aliases = asked.Aliases,
        DriverOpts = asked.DriverOpts,
        GwPriority = asked.GwPriority,
        MacAddress = asked.MacAddress,
    };

    private static EndpointSettings Of(EndpointSettings asked, Endpoint got) => new()
    {
        IPAMConfig = asked.IPAMConfig,
        Links = asked.Links,
        Aliases = asked.Aliases,
        DriverOpts = asked.DriverOpts,
        GwPriority = asked.GwPriority,
        MacAddress = got.MacAddress,
        NetworkID = got.NetworkId,
        EndpointID = got.Id,
        Gateway = Text(got.Gateway),
        IPAddress = Text(got.Address),
        IPPrefixLen = got.PrefixLength,
        IPv6Gateway = Text(got.Gateway6),
        GlobalIPv6Address = Text(got.Address6),
        GlobalIPv6PrefixLen = got.PrefixLength6,
        DNSNames = got.NetworkName is "bridge" or "host" or "none" ? null
            : [got.ContainerName, .. got.Aliases, ContainerId.Short(got.ContainerId)],
    };

    /// <summary>Exposed ports are there with null; published ones with their host side. A container that does not run has none.</summary>
    private static Dictionary<string, List<PortBinding>?> Ports(ContainerRecord record,
        IEnumerable<(ushort Port, string Protocol)> exposed)
    {
        Dictionary<string, List<PortBinding>?> ports = [];
        if (!record.Status.Running) return ports;
        foreach ((ushort port, string protocol) in exposed) ports[$"{port}/{protocol}"] = null;
        foreach (PublishedPort port in record.Endpoints.SelectMany(endpoint => endpoint.Ports))
        {
            string key = $"{port.ContainerPort}/{port.Protocol}";
            List<PortBinding> bindings = ports.GetValueOrDefault(key) ?? [];
            bindings.Add(new PortBinding { HostIp = port.HostAddress.ToString(), HostPort = $"{port.HostPort}" });
            ports[key] = bindings;
        }
        return ports;
    }
}
