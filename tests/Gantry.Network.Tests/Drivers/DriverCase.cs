using System.Net;
using Gantry.Network.Drivers;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Sandboxes;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Drivers;

/// <summary>A driver on a machine of its own, by its contract alone, with the controller's part played by the test.</summary>
internal sealed class DriverCase : IDisposable
{
    private readonly Machine _machine;
    private readonly Linux.Netlink.NamespaceThread _door = new();
    private readonly List<string> _warnings = [];

    private DriverCase(Machine machine, string kind)
    {
        _machine = machine;
        (Options, Kind) = (machine.Options, kind);
        Driver = BuiltInDrivers.All(Options, new NetworkWarnings()).Single(driver => driver.Name == kind.Split(' ')[0]);
    }

    public string Kind { get; }

    public NetworkOptions Options { get; }

    public INetworkDriver Driver { get; private set; }

    public List<ActiveNetwork> Networks { get; } = [];

    /// <summary>What kinds of network there are, with what makes a difference to their driver.</summary>
    public static TheoryData<string> Kinds => ["bridge", "bridge internal", "bridge six", "host", "null"];

    /// <summary>Those of which users make networks.</summary>
    public static TheoryData<string> Creatable => ["bridge", "bridge internal", "bridge six"];

    public static void Run(string kind, Action<DriverCase, Machine> test) => Machine.Run(machine =>
    {
        // That the host is made a router is not the network's own, and stays.
        if (kind.EndsWith("six", StringComparison.Ordinal)) machine.Shell("sysctl -qw net.ipv6.conf.all.forwarding=1");
        using DriverCase one = new(machine, kind);
        test(one, machine);
    });

    /// <summary>The machine as others see it: interfaces, addresses, routes and rules. Not whether a link is up: a bridge is that while it
    /// has ports, and notices late.</summary>
    public string Host() => _machine.Shell("ip -o link | cut -d: -f2; ip -4 -o addr show | sed 's/valid_lft.*//; s/^[0-9]*: //'; "
        + "ip route | sed 's/ linkdown//'; nft list ruleset");

    /// <summary>Started with the network that always exists, and nobody running.</summary>
    public ActiveNetwork Start()
    {
        ActiveNetwork predefined = new(Driver.Predefined(null, () => [])!);
        Networks.Add(predefined);
        Driver.Start(Networks, _warnings);
        Driver.Restore(new RunningEndpoints(Networks, [], [], Complete: true), _warnings);
        return predefined;
    }

    public NetworkRecord Wanted(string name) => new()
    {
        Id = RandomId.New(),
        Name = name,
        Driver = Driver.Name,
        Internal = Kind.EndsWith("internal", StringComparison.Ordinal),
        EnableIPv6 = Kind.EndsWith("six", StringComparison.Ordinal),
        Pools = [Pool("10.5.0.0/16"), .. Kind.EndsWith("six", StringComparison.Ordinal) ? [Pool("fd00:5::/64")] : (AddressPool[])[]],
    };

    public ActiveNetwork Create(NetworkRecord record)
    {
        ActiveNetwork network = new(record);
        Networks.Add(network);
        try
        {
            Driver.Create(network, Networks, _warnings);
        }
        catch
        {
            Networks.Remove(network);
            throw;
        }
        return network;
    }

    /// <summary>The network that the kind is about: one that is made, or where none can be, the one that always exists.</summary>
    public ActiveNetwork Network()
    {
        ActiveNetwork predefined = Start();
        return Driver is PlainDriver ? predefined : Create(Driver.Check(Wanted("blue"), []));
    }

    public Endpoint Endpoint(ActiveNetwork network, string name, string? mac = null)
    {
        (IPAddress? four, IPAddress? six) = network.Take(null, null);
        Endpoint endpoint = Driver.Complete(network, new Endpoint
        {
            Id = RandomId.New(),
            ContainerId = name.PadRight(64, '0'),
            ContainerName = name,
            NetworkId = network.Record.Id,
            NetworkName = network.Record.Name,
            Address = four, PrefixLength = network.Subnet4?.PrefixLength ?? 0, Gateway = network.Gateway4,
            Address6 = six, PrefixLength6 = network.Subnet6?.PrefixLength ?? 0, Gateway6 = network.Gateway6,
        }, mac);
        network.Add(endpoint);
        return endpoint;
    }

    public void Attach(ActiveNetwork network, Endpoint endpoint, Sandbox sandbox)
    {
        Driver.Mend(network);
        using NetworkSandbox inside = NetworkSandbox.OpenAsync(_door, sandbox.Pid).GetAwaiter().GetResult();
        Driver.Attach(network, endpoint, inside, Driver.LeadsOut(network.Record));
    }

    /// <summary>As after <c>kill -9</c>: another driver, told what there is.</summary>
    public void Again(params Endpoint[] running)
    {
        Driver.Dispose();
        Driver = BuiltInDrivers.All(Options, new NetworkWarnings()).Single(driver => driver.Name == Kind.Split(' ')[0]);
        Driver.Start(Networks, _warnings);
        Driver.Restore(new RunningEndpoints(Networks, running, running, Complete: true), _warnings);
    }

    private static AddressPool Pool(string subnet) =>
        new() { Subnet = Subnet.Parse(subnet), Gateway = Subnet.Parse(subnet).At(1) };

    public void Dispose()
    {
        Driver.Dispose();
        _door.Dispose();
    }
}
