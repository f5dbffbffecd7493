using System.Net;
using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Networks;

/// <summary><c>gantry network create</c>.</summary>
internal sealed class NetworkCreate : Command
{
    private readonly ValueFlag<string> _driver, _ipamDriver, _configFrom, _scope;
    private readonly ListFlag<string> _options, _ipamOptions, _labels, _subnets, _gateways, _ranges, _auxiliary;
    private readonly BoolFlag _attachable, _configOnly, _ingress, _isInternal, _ipv4, _ipv6;

    public NetworkCreate()
    {
        _driver = Flags.Text("driver", 'd', "Driver of the network", "bridge");
        _subnets = Strings("subnet", "Range of addresses of one segment (CIDR)");
        _gateways = Strings("gateway", "Gateway of a subnet");
        _ranges = Strings("ip-range", "Part of a subnet to take containers' addresses from");
        _auxiliary =
            Flags.List("aux-address", null, "Addresses that the driver is to leave alone (name=address)", "map", KeyValues.RequireValue);
        _ipamDriver = Flags.Text("ipam-driver", null, "Driver that gives out addresses", "default");
        _ipamOptions = Flags.List("ipam-opt", null, "Option of that driver", "map", KeyValues.RequireValue);
        _options = Flags.List("opt", 'o', "Option of the network's driver", "map", KeyValues.RequireValue);
        _labels = Flags.List("label", null, "Set a label");
        _isInternal = Flags.Switch("internal", null, "Without a way to the outside");
        _ipv4 = Flags.Switch("ipv4", null, "With IPv4", true);
        _ipv6 = Flags.Switch("ipv6", null, "With IPv6");
        _attachable = Flags.Switch("attachable", null, "Containers may be connected by hand");
        _ingress = Flags.Switch("ingress", null, "Make the routing mesh of a swarm");
        _configOnly = Flags.Switch("config-only", null, "Make a configuration alone");
        _configFrom = Flags.Text("config-from", null, "Network to copy the configuration from");
        _scope = Flags.Text("scope", null, "How far the network reaches");
    }

    private ListFlag<string> Strings(string name, string usage) =>
        Flags.Add(new ListFlag<string>(name, null, usage, "strings", text => text) { Separator = ',' });

    public override string Syntax => "[OPTIONS] NETWORK";
    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        NetworkCreateResponse created = invocation.Client.Networks.Create(new NetworkCreateRequest
        {
            Name = invocation.Operands[0], Driver = _driver.Value, Scope = _scope.Value, Internal = _isInternal, Attachable = _attachable,
            Ingress = _ingress, ConfigOnly = _configOnly,
            EnableIPv4 = _ipv4.IsSet ? _ipv4.Value : null, EnableIPv6 = _ipv6.IsSet ? _ipv6.Value : null,
            ConfigFrom = _configFrom.Value.Length > 0 ? new ConfigReference { Network = _configFrom.Value } : null,
            IPAM = new NetworkIPAM { Driver = _ipamDriver.Value, Options = KeyValues.Map(_ipamOptions.Values), Config = Segments() },
            Options = KeyValues.Map(_options.Values), Labels = KeyValues.Map(_labels.Values),
        });
        invocation.Out.WriteLine(created.Id);
        if (created.Warning.Length > 0) invocation.Error.WriteLine($"WARNING: {created.Warning}");
        return 0;
    }

    /// <summary>Gateways, ranges and reserved addresses belong to the subnet that contains them.</summary>
    private List<IPAMConfig> Segments()
    {
        List<(IPNetwork Network, IPAMConfig Config)> segments = [];
        foreach (string subnet in _subnets.Values) segments.Add((Network(subnet), new IPAMConfig { Subnet = subnet }));
        foreach (string gateway in _gateways.Values) SegmentOf(segments, gateway, "gateway").Gateway = gateway;
        foreach (string range in _ranges.Values) SegmentOf(segments, range.Split('/')[0], "range").IPRange = range;
        foreach ((string name, string address) in KeyValues.Map(_auxiliary.Values))
            (SegmentOf(segments, address, "aux-address").AuxiliaryAddresses ??= [])[name] = address;
        return [.. segments.Select(segment => segment.Config)];
    }

    /// <summary>The host's part may be set, as in <c>10.0.0.1/24</c>.</summary>
    private static IPNetwork Network(string subnet) => AddressText.TryParseNetwork(subnet, out IPNetwork network) ? network
        : throw new CliException($"invalid CIDR address: {subnet}");

    private static IPAMConfig SegmentOf(List<(IPNetwork Network, IPAMConfig Config)> segments, string text, string what)
    {
        if (!AddressText.TryParse(text, out IPAddress? address)) throw new CliException($"invalid {what}: {text} is no address");
        foreach ((IPNetwork network, IPAMConfig config) in segments)
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)) return config;
        throw new CliException($"no matching subnet for {what} {text}");
    }
}
