using System.Net;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Network.Endpoints;
using Gantry.Network.Ports;

namespace Gantry.Engine.Containers.Queries;

/// <summary>A container's networks as the wire shows them.</summary>
internal static class EndpointView
{
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

    public static NetworkSettings Settings(ContainerRecord record)
    {
        Dictionary<string, EndpointSettings?> all = All(record);
        NetworkSettings settings = new() { Networks = all, Ports = Ports(record),
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
    private static Dictionary<string, List<PortBinding>?> Ports(ContainerRecord record)
    {
        Dictionary<string, List<PortBinding>?> ports = [];
        if (!record.Status.Running) return ports;
        foreach ((ushort port, string protocol) in PortList.Exposed(record.Config)) ports[$"{port}/{protocol}"] = null;
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
