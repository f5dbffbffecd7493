using Gantry.Api;

namespace Gantry.Cli;

/// <summary><c>gantry network connect</c>.</summary>
internal sealed class NetworkConnect : Command
{
    private readonly ListFlag<string> aliases, links, linkLocal, driverOptions;
    private readonly ValueFlag<string> ip, ip6;
    private readonly ValueFlag<long> priority;

    public NetworkConnect()
    {
        aliases = Strings("alias", "Further name of the container within the network");
        driverOptions = Strings("driver-opt", "Option of the network's driver");
        priority = Flags.Number("gw-priority", null, "The network with the highest gives the default gateway");
        ip = Flags.Text("ip", null, "IPv4 address (172.30.100.104)");
        ip6 = Flags.Text("ip6", null, "IPv6 address (2001:db8::33)");
        links = Flags.List("link", null, "Make another container reachable by its name");
        linkLocal = Strings("link-local-ip", "Link-local address");
    }

    private ListFlag<string> Strings(string name, string usage) => Flags.Add(new ListFlag<string>(name, null, usage, "strings", text => text) { Separator = ',' });

    public override string Syntax => "[OPTIONS] NETWORK CONTAINER";
    public override OperandCount Operands => OperandCount.Exactly(2);

    public override int Run(Invocation invocation)
    {
        bool addressed = ip.Value.Length > 0 || ip6.Value.Length > 0 || linkLocal.Values.Count > 0;
        EndpointSettings endpoint = new()
        {
            Aliases = aliases.OrNull,
            Links = links.OrNull,
            DriverOpts = driverOptions.Values.Count > 0 ? KeyValues.Map(driverOptions.Values) : null,
            GwPriority = (int)priority.Value,
            IPAMConfig = addressed ? new EndpointIPAMConfig { IPv4Address = ip.IsSet ? ip.Value : null, IPv6Address = ip6.IsSet ? ip6.Value : null, LinkLocalIPs = linkLocal.OrNull } : null,
        };
        invocation.Client.Networks.Connect(invocation.Operands[0], new NetworkConnectRequest { Container = invocation.Operands[1], EndpointConfig = endpoint });
        return 0;
    }
}
