using Gantry.Api.Containers;
using Gantry.Api.Json;
using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Networks, names and published ports of run and create.</summary>
internal sealed class NetworkFlags
{
    private readonly ListFlag<string> _publish, _expose, _hosts, _dns, _dnsOptions, _dnsSearch, _aliases, _linkLocal, _links;
    private readonly ListFlag<NetworkFlag> _networks;
    private readonly BoolFlag _publishAll;
    private readonly ValueFlag<string> _ip, _ip6, _mac;

    public NetworkFlags(FlagSet flags)
    {
        _publish = flags.List("publish", 'p', "Make a port of the container reachable through the host");
        _publishAll = flags.Switch("publish-all", 'P', "Publish all exposed ports, each on a free port of the host");
        _expose = flags.List("expose", null, "Declare a port or a range of ports");
        _hosts = flags.List("add-host", null, "Add a line to /etc/hosts (name:address)", "list", HostFlags.ExtraHost);
        _dns = flags.List("dns", null, "Name server to use", "list", HostFlags.Address);
        _dnsOptions = flags.List("dns-option", null, "Option of the resolver");
        flags.Alias("dns-opt", _dnsOptions);
        _dnsSearch = flags.List("dns-search", null, "Domain to search names in");
        _networks = flags.List("network", null, "Connect to a network", "network", NetworkFlag.Parse);
        flags.Alias("net", _networks);
        _aliases = flags.List("network-alias", null, "Further name within the network");
        flags.Alias("net-alias", _aliases);
        _ip = flags.Text("ip", null, "IPv4 address (172.30.100.104)");
        _ip6 = flags.Text("ip6", null, "IPv6 address (2001:db8::33)");
        _linkLocal = flags.List("link-local-ip", null, "Link-local address");
        _links = flags.List("link", null, "Make another container reachable by its name");
        _mac = flags.Text("mac-address", null, "MAC address (92:d0:c6:0a:29:33)");
    }

    public void Apply(ContainerCreateRequest request, HostConfig host)
    {
        ApplyPorts(request, host);
        host.ExtraHosts = _hosts.OrNull;
        host.Dns = _dns.Values;
        host.DnsOptions = _dnsOptions.Values;
        host.DnsSearch = _dnsSearch.Values;
        host.Links = _links.OrNull;
        host.NetworkMode = _networks.Values.Count > 0 ? _networks.Values[0].Name : "default";
        ApplyEndpoints(request, host.NetworkMode);
    }

    private void ApplyPorts(ContainerCreateRequest request, HostConfig host)
    {
        Dictionary<string, EmptyObject?> exposed = [];
        try
        {
            foreach (string spec in _publish.Values) PortSpec.AddPublished(spec, exposed, host.PortBindings);
            foreach (string spec in _expose.Values) PortSpec.AddExposed(spec, exposed);
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, 125);
        }
        if (exposed.Count > 0) request.ExposedPorts = exposed;
        host.PublishAllPorts = _publishAll;
    }

    private static bool IsUserDefined(string network) =>
        network is not ("default" or "bridge" or "host" or "none") && !network.StartsWith("container:", StringComparison.Ordinal);

    private void ApplyEndpoints(ContainerCreateRequest request, string mode)
    {
        NetworkFlag first = _networks.Values.Count > 0 ? _networks.Values[0] : NetworkFlag.Parse(mode);
        first.Merge(_aliases.Values, _ip.Value, _ip6.Value, _linkLocal.Values, _mac.Value);
        if (_networks.Values.Prepend(first).Any(network => !IsUserDefined(network.Name) && network.Endpoint.Aliases is { Count: > 0 }))
            throw new CliException("network-scoped aliases are only supported for user-defined networks", 125);
        if (_networks.Values.Count < 2 && !first.HasOptions) return;
        Dictionary<string, EndpointSettings?> endpoints = new() { [first.Name] = first.Endpoint };
        foreach (NetworkFlag network in _networks.Values.Skip(1))
            if (!endpoints.TryAdd(network.Name, network.Endpoint))
                throw new CliException($"network \"{network.Name}\" is specified multiple times", 125);
        if (endpoints.Count > 1 && mode is "host" or "none"
            || mode.StartsWith("container:", StringComparison.Ordinal) && endpoints.Count > 1)
            throw new CliException("conflicting options: cannot attach both user-defined and non-user-defined network-modes", 125);
        request.NetworkingConfig = new NetworkingConfig { EndpointsConfig = endpoints };
        if (_mac.Value.Length > 0) request.MacAddress = _mac.Value;
    }
}
