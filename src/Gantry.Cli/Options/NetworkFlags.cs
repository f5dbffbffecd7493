using Gantry.Api;

namespace Gantry.Cli;

/// <summary>Networks, names and published ports of run and create.</summary>
internal sealed class NetworkFlags
{
    private readonly ListFlag<string> publish, expose, hosts, dns, dnsOptions, dnsSearch, aliases, linkLocal, links;
    private readonly ListFlag<NetworkFlag> networks;
    private readonly BoolFlag publishAll;
    private readonly ValueFlag<string> ip, ip6, mac;

    public NetworkFlags(FlagSet flags)
    {
        publish = flags.List("publish", 'p', "Make a port of the container reachable through the host");
        publishAll = flags.Switch("publish-all", 'P', "Publish all exposed ports, each on a free port of the host");
        expose = flags.List("expose", null, "Declare a port or a range of ports");
        hosts = flags.List("add-host", null, "Add a line to /etc/hosts (name:address)", "list", HostFlags.ExtraHost);
        dns = flags.List("dns", null, "Name server to use", "list", HostFlags.Address);
        dnsOptions = flags.List("dns-option", null, "Option of the resolver");
        flags.Alias("dns-opt", dnsOptions);
        dnsSearch = flags.List("dns-search", null, "Domain to search names in");
        networks = flags.List("network", null, "Connect to a network", "network", NetworkFlag.Parse);
        flags.Alias("net", networks);
        aliases = flags.List("network-alias", null, "Further name within the network");
        flags.Alias("net-alias", aliases);
        ip = flags.Text("ip", null, "IPv4 address (172.30.100.104)");
        ip6 = flags.Text("ip6", null, "IPv6 address (2001:db8::33)");
        linkLocal = flags.List("link-local-ip", null, "Link-local address");
        links = flags.List("link", null, "Make another container reachable by its name");
        mac = flags.Text("mac-address", null, "MAC address (92:d0:c6:0a:29:33)");
    }

    public void Apply(ContainerCreateRequest request, HostConfig host)
    {
        ApplyPorts(request, host);
        host.ExtraHosts = hosts.OrNull;
        host.Dns = dns.Values;
        host.DnsOptions = dnsOptions.Values;
        host.DnsSearch = dnsSearch.Values;
        host.Links = links.OrNull;
        host.NetworkMode = networks.Values.Count > 0 ? networks.Values[0].Name : "default";
        ApplyEndpoints(request, host.NetworkMode);
    }

    private void ApplyPorts(ContainerCreateRequest request, HostConfig host)
    {
        Dictionary<string, EmptyObject?> exposed = [];
        try
        {
            foreach (string spec in publish.Values) PortSpec.AddPublished(spec, exposed, host.PortBindings);
            foreach (string spec in expose.Values) PortSpec.AddExposed(spec, exposed);
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, 125);
        }
        if (exposed.Count > 0) request.ExposedPorts = exposed;
        host.PublishAllPorts = publishAll;
    }

    private void ApplyEndpoints(ContainerCreateRequest request, string mode)
    {
        NetworkFlag first = networks.Values.Count > 0 ? networks.Values[0] : NetworkFlag.Parse(mode);
        first.Merge(aliases.Values, ip.Value, ip6.Value, linkLocal.Values, mac.Value);
        if (networks.Values.Count < 2 && !first.HasOptions) return;
        Dictionary<string, EndpointSettings?> endpoints = new() { [first.Name] = first.Endpoint };
        foreach (NetworkFlag network in networks.Values.Skip(1))
            if (!endpoints.TryAdd(network.Name, network.Endpoint)) throw new CliException($"network \"{network.Name}\" is specified multiple times", 125);
        if (endpoints.Count > 1 && mode is "host" or "none" || mode.StartsWith("container:", StringComparison.Ordinal) && endpoints.Count > 1)
            throw new CliException("conflicting options: cannot attach both user-defined and non-user-defined network-modes", 125);
        request.NetworkingConfig = new NetworkingConfig { EndpointsConfig = endpoints };
        if (mac.Value.Length > 0) request.MacAddress = mac.Value;
    }
}
