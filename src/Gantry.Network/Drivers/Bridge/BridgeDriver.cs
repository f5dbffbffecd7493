using System.Collections.Concurrent;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Endpoints;
using Gantry.Network.Firewall;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Ports;
using Gantry.Network.Sandboxes;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>Networks of one host behind a bridge: each container has a veth pair with one end as the bridge's port, the host routes and
/// hides their addresses, and its ports lead to theirs.</summary>
internal sealed class BridgeDriver : INetworkDriver, IPortPublisher
{
    private readonly NetworkOptions _options;
    private readonly NetlinkSocket _host = NetlinkSocket.Open(NetlinkSocket.Route);
    private readonly FirewallTable _firewall;
    private readonly Forwarding _forwarding;
    private readonly PortReservation _reservation;
    private readonly PortPublication _publication;
    private readonly BridgePorts _ports;
    private readonly DefaultBridge _default;
    private readonly NetworkWarnings _warnings;
    private readonly Lock _repair = new();
    /// <summary>The bridges' interface indexes, by their network's identifier.</summary>
    private readonly ConcurrentDictionary<string, int> _bridges = [];
    /// <summary>By their identifier.</summary>
    private readonly ConcurrentDictionary<string, ActiveNetwork> _networks = [];

    public BridgeDriver(NetworkOptions options, NetworkWarnings warnings)
    {
        (_options, _warnings) = (options, warnings);
        _firewall = new FirewallTable(options.Table);
        _forwarding = new Forwarding(_firewall, options);
        _reservation = new PortReservation(options.Time);
        _publication = new PortPublication(_firewall, _reservation, options.DefaultBindAddress);
        _ports = new BridgePorts(_host, options.Table);
        _default = new DefaultBridge(_host, options);
    }

    public string Name => "bridge";

    public DriverTraits Traits => new(Addresses: true, OwnNamespace: true);

    public NetworkRecord? Predefined(NetworkRecord? present, Func<IEnumerable<Subnet>> taken) => _default.Record(present, taken);

    public bool HasOption(string name) => BridgeOptions.Has(name);

    /// <summary>Two networks with one bridge would take each other's addresses away.</summary>
    public NetworkRecord Check(NetworkRecord wanted, IReadOnlyCollection<NetworkRecord> others)
    {
        BridgeOptions.Check(wanted);
        if (Count(AddressFamily.InterNetwork) > 1 || (wanted.EnableIPv6 && Count(AddressFamily.InterNetworkV6) > 1))
            throw new GantryException(ErrorKind.Forbidden, "bridge driver doesn't support multiple subnets");
        if (!wanted.Options.TryGetValue(NetworkKeys.BridgeName, out string? name) || name.Length == 0)
            return wanted with { Bridge = BridgeNames.Of(wanted.Id) };
        BridgeNames.Check(name);
        if (others.FirstOrDefault(other => other.Bridge == name) is not { } other)
        {
            return ForeignBridge.Note(_host, wanted with { Bridge = name }, _options.Table);
        }
        throw new GantryException(ErrorKind.Forbidden,
            $"cannot create network {wanted.Id} ({name}): conflicts with network {other.Id} ({name}): networks have same bridge name");

        int Count(AddressFamily family) => wanted.Pools.Count(pool => pool.Subnet.Family == family);
    }

    public void Start(IReadOnlyCollection<ActiveNetwork> networks, List<string> warnings)
    {
        _forwarding.Enable4(networks, warnings);
        foreach (ActiveNetwork network in networks)
        {
            _networks[network.Record.Id] = network;
            try
            {
                Bring(network, networks, warnings);
            }
            catch (Exception e) when (!network.Record.Predefined && Expected.Any(e))
            {
                // One of many, and perhaps what an earlier version took: the others have their containers.
                warnings.Add($"network {network.Record.Name} cannot be used: {e.Message}");
            }
        }
    }

    public void Restore(RunningEndpoints running, List<string> warnings)
    {
        if (_firewall.Rebuild(running.Networks) is { } warning) warnings.Add(warning);
        if (_options.ForwardNoDrop) _firewall.Open();
        else _firewall.LearnClosed();
        warnings.AddRange(_publication.Restore(running.Endpoints));
        warnings.AddRange(ForeignRules.ForwardDrops(_options.Table, _options.Bridge));
        DeleteOrphans(running);
    }

    public void Create(ActiveNetwork network, IReadOnlyCollection<ActiveNetwork> all, List<string> warnings)
    {
        try
        {
            _networks[network.Record.Id] = network;
            PutBackRules();
            Bring(network, all, warnings);
            _firewall.AddNetwork(network);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            Forget(network);
            // One that stays in spite of this is deleted by the next daemon.
            BridgeSetup.Delete(_host, network.Record, _options.Table);
            throw;
        }
    }

    public void Remove(ActiveNetwork network)
    {
        _firewall.RemoveNetwork(network);
        BridgeSetup.Delete(_host, network.Record, _options.Table);
        Forget(network);
    }

    private void Forget(ActiveNetwork network)
    {
        _bridges.TryRemove(network.Record.Id, out _);
        _networks.TryRemove(network.Record.Id, out _);
    }

    /// <summary>A MAC address follows from the IPv4 address, so that no neighbour's table is ever stale.</summary>
    public Endpoint Complete(ActiveNetwork network, Endpoint endpoint, string? wantedMac)
    {
        PhysicalAddress mac = wantedMac is { Length: > 0 } ? MacAddresses.Parse(wantedMac)
            : endpoint.Address is { } four ? MacAddresses.For(four) : MacAddresses.Random();
        return endpoint with { MacAddress = MacAddresses.Text(mac), HostInterface = $"veth{endpoint.Id[..7]}" };
    }

    public void Mend(ActiveNetwork network)
    {
        PutBackRules();
        PutBackBridge(network);
    }

    public void Attach(ActiveNetwork network, Endpoint endpoint, NetworkSandbox sandbox, bool gateway) =>
        _ports.Attach(endpoint, sandbox, PortOf(network, _bridges[network.Record.Id]), gateway);

    private BridgePort PortOf(ActiveNetwork network, int bridge) =>
        new(bridge, network.Record.MtuOr(_options.Mtu), Isolated: !network.Record.AllowsInterContainer());

    public bool IsWhole(ActiveNetwork network, Endpoint endpoint) =>
        _ports.IsWhole(endpoint, _bridges.TryGetValue(network.Record.Id, out int index) ? index : null);

    public void Detach(ActiveNetwork network, Endpoint endpoint) => _ports.Detach(endpoint);

    public void Rename(Endpoint endpoint) => _ports.Rename(endpoint);

    public bool LeadsOut(NetworkRecord network) => !network.Internal;

    public bool LeadsIn(NetworkRecord network) => !network.Internal;

    public IReadOnlyList<PublishedPort> Publish(NetworkRecord network, Endpoint endpoint, IReadOnlyList<PortRequest> ports) =>
        _publication.Publish(network, endpoint, ports);

    public void Withdraw(Endpoint endpoint) => _publication.Withdraw(endpoint);

    /// <summary>Made now where that failed at the daemon's start, too; if it fails again, that says why nobody can come in.</summary>
    private void PutBackBridge(ActiveNetwork network)
    {
        if (IsBridgeThere(network)) return;
        lock (_repair)
        {
            if (IsBridgeThere(network)) return;
            bool removed = _bridges.ContainsKey(network.Record.Id);
            int index = _bridges[network.Record.Id] = BridgeSetup.Ensure(_host, network, _options, []);
            if (!removed) return;
            _ports.Rejoin(network.Endpoints, PortOf(network, index));
            _warnings.Add($"bridge {network.Record.Bridge} of network {network.Record.Name} was gone and has been made anew");
        }
    }

    private bool IsBridgeThere(ActiveNetwork network) => _bridges.TryGetValue(network.Record.Id, out int index)
        && _host.FindLink(network.Record.Bridge!)?.Index == index;

    private void PutBackRules()
    {
        if (_firewall.IsThere) return;
        lock (_repair)
        {
            if (_firewall.IsThere) return;
            _firewall.PutBack([.. _networks.Values], _publication.All);
            _warnings.Add($"nftables table inet {_options.Table} was gone and has been made anew, without the rules of its chain user");
        }
    }

    private void Bring(ActiveNetwork network, IReadOnlyCollection<ActiveNetwork> all, List<string> warnings)
    {
        if (network.Subnet6 is not null) _forwarding.Enable6(all, warnings);
        _bridges[network.Record.Id] = BridgeSetup.Ensure(_host, network, _options, warnings);
    }

    /// <summary>Ports of ours that no running container has, and bridges of ours that no network has: left by a daemon that was killed.
    /// Others may have ports on the same bridge.</summary>
    private void DeleteOrphans(RunningEndpoints running)
    {
        HashSet<string?> known = [.. running.Everybody.Select(endpoint => endpoint.HostInterface)];
        HashSet<string?> named = [.. running.Networks.Select(network => network.Record.Bridge)];
        List<Link> links = _host.Links();
        foreach (Link port in links.Where(link => _ports.IsOurs(link) && !known.Contains(link.Name)))
        {
            _host.Execute(new NetlinkBatch().DeleteLinkNamed(port.Name), Errno.ENODEV);
        }
        // The record of a network that is only damaged may be repaired yet, and its bridge with containers in it is kept in any case.
        if (!running.Complete) return;
        HashSet<int> used = [.. _host.Links().Select(link => link.Master)];
        foreach (Link bridge in links.Where(link => BridgeSetup.IsOurs(link, _options.Table) && !named.Contains(link.Name)
            && !used.Contains(link.Index)))
        {
            _host.Execute(new NetlinkBatch().DeleteLinkNamed(bridge.Name), Errno.ENODEV);
        }
    }

    public void Dispose()
    {
        _ports.Dispose();
        _reservation.Dispose();
        _firewall.Dispose();
        _host.Dispose();
    }
}
