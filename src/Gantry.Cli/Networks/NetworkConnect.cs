using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Networks;

/// <summary><c>gantry network connect</c>.</summary>
internal sealed class NetworkConnect : Command
{
    private readonly ListFlag<string> _aliases, _links, _linkLocal, _driverOptions;
    private readonly ValueFlag<string> _ip, _ip6;
    private readonly ValueFlag<long> _priority;

    public NetworkConnect()
    {
        _aliases = Strings("alias", "Further name of the container within the network");
        _driverOptions = Strings("driver-opt", "Option of the network's driver");
        _priority = Flags.Number("gw-priority", null, "The network with the highest gives the default gateway");
        _ip = Flags.Text("ip", null, "IPv4 address (172.30.100.104)");
        _ip6 = Flags.Text("ip6", null, "IPv6 address (2001:db8::33)");
        _links = Flags.List("link", null, "Make another container reachable by its name");
        _linkLocal = Strings("link-local-ip", "Link-local address");
    }

    private ListFlag<string> Strings(string name, string usage) =>
        Flags.Add(new ListFlag<string>(name, null, usage, "strings", text => text) { Separator = ',' });

    public override string Syntax => "[OPTIONS] NETWORK CONTAINER";
    public override OperandCount Operands => OperandCount.Exactly(2);

    public override int Run(Invocation invocation)
    {
        bool addressed = _ip.Value.Length > 0 || _ip6.Value.Length > 0 || _linkLocal.Values.Count > 0;
        EndpointSettings endpoint = new()
        {
            Aliases = _aliases.OrNull,
            Links = _links.OrNull,
            DriverOpts = _driverOptions.Values.Count > 0 ? KeyValues.Map(_driverOptions.Values) : null,
            GwPriority = (int)_priority.Value,
            IPAMConfig = addressed
                ? new EndpointIPAMConfig { IPv4Address = _ip.IsSet ? _ip.Value : null, IPv6Address = _ip6.IsSet ? _ip6.Value : null,
                LinkLocalIPs = _linkLocal.OrNull } : null,
        };
        invocation.Client.Networks.Connect(invocation.Operands[0],
            new NetworkConnectRequest { Container = invocation.Operands[1], EndpointConfig = endpoint });
        return 0;
    }
}
