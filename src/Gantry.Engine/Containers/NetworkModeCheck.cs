using Gantry.Api.Containers;

namespace Gantry.Engine.Containers;

/// <summary>What a request may not say beside a network or host name that is not the container's own. Looks at the request alone,
/// before defaults fill it.</summary>
internal static class NetworkModeCheck
{
    /// <exception cref="GantryException">InvalidArgument, with Docker's words.</exception>
    public static void Run(ContainerConfig config, HostConfig host, List<string> warnings)
    {
        bool joined = ContainerMode.Joined(host.NetworkMode) is not null, hosts = host.NetworkMode == "host";
        if (config.Hostname.Length > 0 && joined) throw Conflict("hostname and the network mode");
        if (config.Hostname.Length > 0 && host.UTSMode == "host") throw Conflict("hostname and the UTS mode");
        if (host.Links is { Count: > 0 } && (joined || hosts))
            throw Conflict($"{(joined ? "container" : "host")} type networ{(joined ? "k" : "king")} can't be used with links. This would "
                + $"result in undefined behavior");
        if (host.Dns.Count > 0 && joined) throw Conflict("dns and the network mode");
        if (host.ExtraHosts is { Count: > 0 } && joined) throw Conflict("custom host-to-IP mapping and the network mode");
        if (!string.IsNullOrEmpty(config.MacAddress) && (joined || hosts)) throw Conflict("mac-address and the network mode");
        if (joined && (host.PortBindings.Count > 0 || host.PublishAllPorts))
            throw Conflict("port publishing and the container type network mode");
        if (joined && config.ExposedPorts is { Count: > 0 }) throw Conflict("port exposing and the container type network mode");
        if (hosts && host.PortBindings.Count > 0) warnings.Add("Published ports are discarded when using host network mode");
    }

    private static GantryException Conflict(string what) => GantryException.Invalid($"conflicting options: {what}");
}
