using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Gantry.Linux.Netlink;
using Gantry.Network.Bridges;
using Gantry.Network.Endpoints;
using Gantry.Network.Firewall;
using Gantry.Network.Networks;
using Gantry.Network.Ports;

namespace Gantry.Network;

/// <summary>The engine's networks: who is in which, with what address, and which host ports lead there.</summary>
/// <remarks>
/// <para>Life of a start: <see cref="Allocate"/> → (namespace exists) <see cref="AttachAsync"/> → <see cref="Publish"/> → … →
/// <see cref="Release"/>.</para>
/// <para>Everything but the networks themselves is derived from the endpoints that the containers' records keep:
/// after a restart the daemon calls <see cref="StartAsync"/>, then <see cref="Restore"/> once with the endpoints of all running containers
/// (an empty list too).</para>
/// <para>Safe for concurrent callers; one container's calls come one after the other.
/// Works in the network namespace of the thread that made it.</para>
/// </remarks>
public sealed class NetworkController : IAsyncDisposable
{
    private readonly NetworkOptions _options;
    private readonly NetworkRegistry _registry;
    private readonly FirewallTable _firewall;
    private readonly Forwarding _forwarding;
    private readonly PortReservation _reservation = new();
    private readonly PortPublication _publication;
    private readonly EndpointAttachment _attachment;
    private readonly EndpointReclaim _reclaim;
    private readonly NetlinkSocket _host = NetlinkSocket.Open(NetlinkSocket.Route);
    private readonly List<string> _warnings = [];

    public NetworkController(NetworkOptions options)
    {
        this._options = options;
        _registry = new NetworkRegistry(options);
        _firewall = new FirewallTable(options.Table);
        _forwarding = new Forwarding(_firewall, options);
        _publication = new PortPublication(_firewall, _reservation, options.DefaultBindAddress);
        _attachment = new EndpointAttachment(options.Table);
        _reclaim = new EndpointReclaim(Warn);
    }

    public NetworkOptions Options => _options;

    /// <summary>Conditions of the host that make networking work less than expected; for <c>info</c> and the log.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings) return [.. _warnings];
        }
    }

    /// <summary>Records that were damaged, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages => _registry.Damages;

    /// <summary>Makes the default bridge and reads the networks; takes over what an earlier daemon left.</summary>
    public Task StartAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<string> found = [];
        _registry.Load(_host, found);
        _forwarding.Enable4(_registry.Bridges, found);
        foreach (ActiveNetwork network in _registry.Bridges) network.BridgeIndex = Bring(network, found);
        found.ForEach(Warn);
        return Task.CompletedTask;
    }

    /// <summary>Takes over the endpoints of running containers and their published ports; removes what belongs to nobody. Call once, after
    /// <see cref="StartAsync"/>.</summary>
    public void Restore(IEnumerable<Endpoint> running)
    {
        List<Endpoint> all = [.. running], endpoints = [];
        foreach (Endpoint endpoint in all)
        {
            if (_registry.TryGet(endpoint.NetworkId) is not { } network)
            {
                Warn($"container {endpoint.ContainerName} runs in network {endpoint.NetworkName}, which does not exist any more");
                continue;
            }
            if (!network.Restore(endpoint))
                Warn($"address {endpoint.Address} of {endpoint.ContainerName} is used twice in network {endpoint.NetworkName}");
            endpoints.Add(endpoint);
        }
        if (_firewall.Rebuild(_registry.Bridges) is { } warning) Warn(warning);
        if (_options.ForwardNoDrop) _firewall.Open();
        foreach (string lost in _publication.Restore(endpoints)) Warn(lost);
        foreach (string drop in ForeignRules.ForwardDrops(_options.Table, _options.Bridge)) Warn(drop);
        DeleteOrphans(all);
    }

    public IReadOnlyList<NetworkRecord> List() => _registry.List();

    /// <summary>By name, full id or unambiguous start of the id.</summary>
    /// <exception cref="GantryException">NotFound: <c>network x not found</c>.</exception>
    public NetworkRecord Find(string nameOrId) => _registry.Find(nameOrId).Record;

    /// <summary>Reserves address and MAC in a network. For <c>host</c> and <c>none</c> the endpoint has neither.</summary>
    /// <exception cref="GantryException">InvalidArgument, Forbidden or Conflict: the wanted address is not to be had,
    /// or none is left.</exception>
    public Endpoint Allocate(string containerId, NetworkRecord network, EndpointRequest request)
    {
        ActiveNetwork active = _registry.Get(network.Id);
        // Its subnet may be another one after the daemon's next start.
        if (network.Name == "bridge" && request.Address is { Length: > 0 })
            throw GantryException.Invalid("user specified IP address is supported on user defined networks only");
        string name = string.Create(CultureInfo.InvariantCulture, $"eth{request.Index}");
        Endpoint endpoint = new()
        {
            Id = NetworkNames.NewId(),
            ContainerId = containerId,
            ContainerName = request.ContainerName,
            NetworkId = network.Id,
            NetworkName = network.Name,
            Aliases = request.Aliases,
            Interface = name,
        };
        if (network.Bridge is not null) endpoint = WithAddresses(active, endpoint, request);
        try
        {
            active.Add(endpoint);
        }
        catch (GantryException)
        {
            active.FreeAddresses(endpoint);
            throw;
        }
        return endpoint;
    }

    /// <summary>Furnishes the network namespace of <paramref name="pid"/>: loopback up, interface, address, routes.</summary>
    /// <param name="gateway">The container's default route leads through this endpoint.</param>
    /// <remarks>For <c>none</c> only loopback; for <c>host</c> nothing.</remarks>
    public Task AttachAsync(Endpoint endpoint, int pid, bool gateway, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ActiveNetwork network = _registry.Get(endpoint.NetworkId);
        return network.Record.Driver == "host" ? Task.CompletedTask
            : _attachment.AttachAsync(network, endpoint, pid, network.Record.MtuOr(_options.Mtu), gateway);
    }

    /// <summary>After <see cref="Restore"/>: brings the interface of a running container to what its endpoint says, when a daemon was
    /// killed while it made it.</summary>
    /// <returns>True when something was missing.</returns>
    public Task<bool> RepairAsync(Endpoint endpoint, int pid, bool gateway) =>
        endpoint.HostInterface is null || _registry.TryGet(endpoint.NetworkId) is not { } network ? Task.FromResult(false)
            : _attachment.RepairAsync(network, endpoint, pid, network.Record.MtuOr(_options.Mtu), gateway);

    /// <summary>Whether packets to the outside can leave, and published ports come in, by this endpoint.</summary>
    public bool LeadsOut(Endpoint endpoint) => _registry.TryGet(endpoint.NetworkId)?.Record is { Bridge: not null, Internal: false };

    /// <summary>Leads the default route of a running container through this one of its endpoints.</summary>
    public Task RouteAsync(Endpoint endpoint, int pid) => _attachment.RouteAsync(endpoint, pid);

    /// <summary>The endpoint under the container's new name.</summary>
    public Endpoint Rename(Endpoint endpoint, string containerName)
    {
        Endpoint renamed = endpoint with { ContainerName = containerName };
        if (_registry.TryGet(endpoint.NetworkId)?.Replace(endpoint, renamed) == true) _attachment.Rename(renamed);
        return renamed;
    }

    /// <summary>Leads host ports to the endpoint; sets <see cref="Endpoint.Ports"/>. All or nothing.
    /// Networks without a way in publish nothing.</summary>
    /// <exception cref="GantryException">Internal, with Docker's words:
    /// <c>driver failed programming external connectivity on endpoint NAME (ID): failed to bind host port …</c>.</exception>
    public IReadOnlyList<PublishedPort> Publish(Endpoint endpoint, IReadOnlyList<PortRequest> ports)
    {
        NetworkRecord network = _registry.Get(endpoint.NetworkId).Record;
        if (ports.Count == 0 || network.Bridge is null || network.Internal) return [];
        return endpoint.Ports = _publication.Publish(network, endpoint, ports);
    }

    /// <summary>Gives back ports, interface and address. Cheap; never throws for what is already gone.</summary>
    public void Release(Endpoint endpoint)
    {
        Withdraw(endpoint);
        if (_registry.TryGet(endpoint.NetworkId) is { } network && network.Remove(endpoint)) _reclaim.Add(network, endpoint);
    }

    /// <summary>Takes the endpoint's published ports back, and leaves it where it is.</summary>
    public void Withdraw(Endpoint endpoint)
    {
        _publication.Withdraw(endpoint);
        endpoint.Ports = [];
    }

    /// <summary>As <see cref="Release"/>, for a container that goes on running: the interface is gone on return.</summary>
    public void Detach(Endpoint endpoint)
    {
        Release(endpoint);
        _reclaim.FinishNow((_, one) => one.Id == endpoint.Id);
    }

    /// <summary>The endpoints in a network now.</summary>
    public IReadOnlyList<Endpoint> EndpointsOf(NetworkRecord network) => _registry.TryGet(network.Id)?.Endpoints ?? [];

    /// <exception cref="GantryException">Conflict: the name is taken; Forbidden: the subnet overlaps another network's.</exception>
    public Task<NetworkRecord> CreateAsync(NetworkRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ActiveNetwork network = _registry.Create(request, _host);
        List<string> found = [];
        try
        {
            network.BridgeIndex = Bring(network, found);
            _firewall.AddNetwork(network);
        }
        catch (Exception e) when (e is GantryException or Linux.KernelException or IOException)
        {
            try
            {
                BridgeSetup.Delete(_host, network.Record, _options.Table);
            }
            finally
            {
                // Nobody was told of it. A bridge that stays is deleted by the next daemon.
                _registry.Remove(network);
            }
            throw;
        }
        network.Open();
        found.ForEach(Warn);
        return Task.FromResult(network.Record);
    }

    /// <exception cref="GantryException">Forbidden: predefined, or has active endpoints.</exception>
    public Task RemoveAsync(NetworkRecord record, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (record.Predefined)
            throw new GantryException(ErrorKind.Forbidden, $"{record.Name} is a pre-defined network and cannot be removed");
        ActiveNetwork network = _registry.Get(record.Id);
        if (network.Close() is { Count: > 0 } active)
        {
            string names = string.Join(", ",
                active.Select(endpoint => $"name:\"{endpoint.ContainerName}\" "
                    + $"id:\"{endpoint.ContainerId[..Math.Min(12, endpoint.ContainerId.Length)]}\""));
            throw new GantryException(ErrorKind.Forbidden,
                $"error while removing network: network {record.Name} has active endpoints ({names})");
        }
        try
        {
            _reclaim.FinishNow((of, _) => of == network);
            _firewall.RemoveNetwork(network);
            BridgeSetup.Delete(_host, record, _options.Table);
            // Last: who is killed before has a network as before after the next start, and not a bridge of none.
            _registry.Remove(network);
        }
        catch
        {
            network.Open();
            throw;
        }
        return Task.CompletedTask;
    }

    private int Bring(ActiveNetwork network, List<string> warnings)
    {
        if (network.Subnet6 is not null) _forwarding.Enable6(_registry.Bridges, warnings);
        return BridgeSetup.Ensure(_host, network, _options, warnings);
    }

    /// <summary>Ends the background work; networks, rules and the interfaces of running containers stay.</summary>
    public ValueTask DisposeAsync()
    {
        _reclaim.Dispose();
        _attachment.Dispose();
        _reservation.Dispose();
        _firewall.Dispose();
        _host.Dispose();
        return ValueTask.CompletedTask;
    }

    private Endpoint WithAddresses(ActiveNetwork network, Endpoint endpoint, EndpointRequest request)
    {
        // A restarted container keeps its address, and a wanted one must not wait for the interface that had it.
        Endpoint? earlier =
            _reclaim.FinishNow((of, old) => of == network && (old.ContainerId == endpoint.ContainerId || old.Address == request.Address));
        string? wanted = request.Address is { Length: > 0 } ? request.Address
            : earlier?.ContainerId == endpoint.ContainerId ? earlier.Address : null;
        (IPAddress? four, IPAddress? six) = Take(network, wanted, request.Address6);
        PhysicalAddress mac = request.MacAddress is { Length: > 0 } text ? MacAddresses.Parse(text)
            : four is not null ? MacAddresses.For(four) : MacAddresses.Random();
        return endpoint with
        {
            Address = four?.ToString() ?? "",
            PrefixLength = four is null ? 0 : network.Subnet4!.Value.PrefixLength,
            Gateway = network.Gateway4 ?? "",
            Address6 = six?.ToString() ?? "",
            PrefixLength6 = six is null ? 0 : network.Subnet6!.Value.PrefixLength,
            Gateway6 = network.Gateway6 ?? "",
            MacAddress = MacAddresses.Text(mac),
            HostInterface = $"veth{endpoint.Id[..7]}",
        };
    }

    private (IPAddress? Four, IPAddress? Six) Take(ActiveNetwork network, string? wanted4, string? wanted6)
    {
        try
        {
            return network.Take(wanted4, wanted6);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Conflict && _reclaim.FinishNow((of, _) => of == network) is not null)
        {
            return network.Take(wanted4, wanted6);
        }
    }

    /// <summary>Ports of ours that no running container has, and bridges of ours that no network has: left by a daemon that was killed.
    /// Others may have ports on the same bridge.</summary>
    private void DeleteOrphans(List<Endpoint> endpoints)
    {
        HashSet<string?> known = [.. endpoints.Select(endpoint => endpoint.HostInterface)];
        HashSet<string?> named = [.. _registry.Bridges.Select(network => network.Record.Bridge)];
        List<Link> links = _host.Links();
        foreach (Link port in links.Where(link => _attachment.IsOurs(link) && !known.Contains(link.Name)))
        {
            _host.Execute(new NetlinkBatch().DeleteLinkNamed(port.Name), Linux.Errno.ENODEV);
        }
        // The record of a network that is only damaged may be repaired yet, and its bridge with containers in it is kept in any case.
        if (_registry.Damaged) return;
        HashSet<int> used = [.. _host.Links().Select(link => link.Master)];
        foreach (Link bridge in links.Where(link => BridgeSetup.IsOurs(link, _options.Table) && !named.Contains(link.Name)
            && !used.Contains(link.Index)))
        {
            _host.Execute(new NetlinkBatch().DeleteLinkNamed(bridge.Name), Linux.Errno.ENODEV);
        }
    }

    private void Warn(string warning)
    {
        lock (_warnings)
        {
            if (!_warnings.Contains(warning)) _warnings.Add(warning);
        }
    }
}
