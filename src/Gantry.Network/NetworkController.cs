using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Gantry.Linux.Netlink;

namespace Gantry.Network;

/// <summary>The engine's networks: who is in which, with what address, and which host ports lead there.</summary>
/// <remarks>
/// <para>Life of a start: <see cref="Allocate"/> → (namespace exists) <see cref="AttachAsync"/> → <see cref="Publish"/> → … → <see cref="Release"/>.</para>
/// <para>Everything but the networks themselves is derived from the endpoints that the containers' records keep:
/// after a restart the daemon calls <see cref="StartAsync"/>, then <see cref="Restore"/> once with the endpoints of all running containers (an empty list too).</para>
/// <para>Safe for concurrent callers; one container's calls come one after the other. Works in the network namespace of the thread that made it.</para>
/// </remarks>
public sealed class NetworkController : IAsyncDisposable
{
    private readonly NetworkOptions options;
    private readonly NetworkRegistry registry;
    private readonly Firewall firewall;
    private readonly PortReservation reservation = new();
    private readonly PortPublication publication;
    private readonly EndpointAttachment attachment = new();
    private readonly EndpointReclaim reclaim;
    private readonly NetlinkSocket host = NetlinkSocket.Open(NetlinkSocket.Route);
    private readonly List<string> warnings = [];

    public NetworkController(NetworkOptions options)
    {
        this.options = options;
        registry = new NetworkRegistry(options);
        firewall = new Firewall(options.Table);
        publication = new PortPublication(firewall, reservation, options.DefaultBindAddress);
        reclaim = new EndpointReclaim(Warn);
    }

    public NetworkOptions Options => options;

    /// <summary>Conditions of the host that make networking work less than expected; for <c>info</c> and the log.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (warnings) return [.. warnings];
        }
    }

    /// <summary>Makes the default bridge and reads the networks; takes over what an earlier daemon left.</summary>
    public Task StartAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<string> found = [];
        registry.Load(host, found);
        if (options.Forwarding && Sysctl.Ensure("net/ipv4/ip_forward", "1", found))
        {
            found.Add("net.ipv4.ip_forward was 0 and has been turned on: this host now forwards packets between all its interfaces");
        }
        foreach (ActiveNetwork network in registry.Bridges) network.BridgeIndex = BridgeSetup.Ensure(host, network, network.Record.MtuOr(options.Mtu), found);
        found.ForEach(Warn);
        return Task.CompletedTask;
    }

    /// <summary>Takes over the endpoints of running containers and their published ports; removes what belongs to nobody. Call once, after <see cref="StartAsync"/>.</summary>
    public void Restore(IEnumerable<Endpoint> running)
    {
        List<Endpoint> endpoints = [];
        foreach (Endpoint endpoint in running)
        {
            if (registry.TryGet(endpoint.NetworkId) is not { } network)
            {
                Warn($"container {endpoint.ContainerName} runs in network {endpoint.NetworkName}, which does not exist any more");
                continue;
            }
            if (!network.Restore(endpoint)) Warn($"address {endpoint.Address} of {endpoint.ContainerName} is used twice in network {endpoint.NetworkName}");
            endpoints.Add(endpoint);
        }
        if (firewall.Rebuild(registry.Bridges) is { } warning) Warn(warning);
        foreach (string lost in publication.Restore(endpoints)) Warn(lost);
        foreach (string drop in ForeignRules.ForwardDrops(options.Table, options.Bridge)) Warn(drop);
        DeleteOrphans(endpoints);
    }

    public IReadOnlyList<NetworkRecord> List() => registry.List();

    /// <summary>By name, full id or unambiguous start of the id.</summary>
    /// <exception cref="GantryException">NotFound: <c>network x not found</c>.</exception>
    public NetworkRecord Find(string nameOrId) => registry.Find(nameOrId).Record;

    /// <summary>Reserves address and MAC in a network. For <c>host</c> and <c>none</c> the endpoint has neither.</summary>
    /// <exception cref="GantryException">InvalidArgument, Forbidden or Conflict: the wanted address is not to be had, or none is left.</exception>
    public Endpoint Allocate(string containerId, NetworkRecord network, EndpointRequest request)
    {
        ActiveNetwork active = registry.Get(network.Id);
        // Its subnet may be another one after the daemon's next start.
        if (network.Name == "bridge" && request.Address is { Length: > 0 }) throw GantryException.Invalid("user specified IP address is supported on user defined networks only");
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
        active.Add(endpoint);
        return endpoint;
    }

    /// <summary>Furnishes the network namespace of <paramref name="pid"/>: loopback up, interface, address, routes.</summary>
    /// <remarks>For <c>none</c> only loopback; for <c>host</c> nothing.</remarks>
    public Task AttachAsync(Endpoint endpoint, int pid, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ActiveNetwork network = registry.Get(endpoint.NetworkId);
        return network.Record.Driver == "host" ? Task.CompletedTask : attachment.AttachAsync(network, endpoint, pid, network.Record.MtuOr(options.Mtu));
    }

    /// <summary>Leads host ports to the endpoint; sets <see cref="Endpoint.Ports"/>. All or nothing. Networks without a way in publish nothing.</summary>
    /// <exception cref="GantryException">Internal, with Docker's words: <c>driver failed programming external connectivity on endpoint NAME (ID): failed to bind host port …</c>.</exception>
    public IReadOnlyList<PublishedPort> Publish(Endpoint endpoint, IReadOnlyList<PortRequest> ports)
    {
        NetworkRecord network = registry.Get(endpoint.NetworkId).Record;
        if (ports.Count == 0 || network.Bridge is null || network.Internal) return [];
        return endpoint.Ports = publication.Publish(network, endpoint, ports);
    }

    /// <summary>Gives back ports, interface and address. Cheap; never throws for what is already gone.</summary>
    public void Release(Endpoint endpoint)
    {
        publication.Withdraw(endpoint);
        endpoint.Ports = [];
        if (registry.TryGet(endpoint.NetworkId) is { } network && network.Remove(endpoint)) reclaim.Add(network, endpoint);
    }

    /// <summary>As <see cref="Release"/>, for a container that goes on running: the interface is gone on return.</summary>
    public void Detach(Endpoint endpoint)
    {
        Release(endpoint);
        reclaim.FinishNow((_, one) => one.Id == endpoint.Id);
    }

    /// <summary>The endpoints in a network now.</summary>
    public IReadOnlyList<Endpoint> EndpointsOf(NetworkRecord network) => registry.TryGet(network.Id)?.Endpoints ?? [];

    /// <exception cref="GantryException">Conflict: the name is taken; Forbidden: the subnet overlaps another network's.</exception>
    public Task<NetworkRecord> CreateAsync(NetworkRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ActiveNetwork network = registry.Create(request, host);
        List<string> found = [];
        try
        {
            network.BridgeIndex = BridgeSetup.Ensure(host, network, network.Record.MtuOr(options.Mtu), found);
            firewall.AddNetwork(network);
        }
        catch (Exception e) when (e is GantryException or Linux.KernelException)
        {
            registry.Remove(network);
            BridgeSetup.Delete(host, network.Record.Bridge!);
            throw;
        }
        found.ForEach(Warn);
        return Task.FromResult(network.Record);
    }

    /// <exception cref="GantryException">Forbidden: predefined, or has active endpoints.</exception>
    public Task RemoveAsync(NetworkRecord record, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (record.Predefined) throw new GantryException(ErrorKind.Forbidden, $"{record.Name} is a pre-defined network and cannot be removed");
        ActiveNetwork network = registry.Get(record.Id);
        if (network.Endpoints is { Count: > 0 } active)
        {
            string names = string.Join(", ", active.Select(endpoint => $"name:\"{endpoint.ContainerName}\" id:\"{endpoint.ContainerId[..Math.Min(12, endpoint.ContainerId.Length)]}\""));
            throw new GantryException(ErrorKind.Forbidden, $"error while removing network: network {record.Name} has active endpoints ({names})");
        }
        reclaim.FinishNow((of, _) => of == network);
        registry.Remove(network);
        firewall.RemoveNetwork(network);
        BridgeSetup.Delete(host, record.Bridge!);
        return Task.CompletedTask;
    }

    /// <summary>Ends the background work; networks, rules and the interfaces of running containers stay.</summary>
    public ValueTask DisposeAsync()
    {
        reclaim.Dispose();
        attachment.Dispose();
        reservation.Dispose();
        firewall.Dispose();
        host.Dispose();
        return ValueTask.CompletedTask;
    }

    private Endpoint WithAddresses(ActiveNetwork network, Endpoint endpoint, EndpointRequest request)
    {
        // A restarted container keeps its address, and a wanted one must not wait for the interface that had it.
        Endpoint? earlier = reclaim.FinishNow((of, old) => of == network && (old.ContainerId == endpoint.ContainerId || old.Address == request.Address));
        string? wanted = request.Address is { Length: > 0 } ? request.Address : earlier?.ContainerId == endpoint.ContainerId ? earlier.Address : null;
        (IPAddress? four, IPAddress? six) = Take(network, wanted, request.Address6);
        PhysicalAddress mac = request.MacAddress is { Length: > 0 } text ? MacAddresses.Parse(text) : four is not null ? MacAddresses.For(four) : MacAddresses.Random();
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
        catch (GantryException e) when (e.Kind == ErrorKind.Conflict && reclaim.FinishNow((of, _) => of == network) is not null)
        {
            return network.Take(wanted4, wanted6);
        }
    }

    /// <summary>Ports of our bridges that no running container has: left by a daemon that was killed.</summary>
    private void DeleteOrphans(List<Endpoint> endpoints)
    {
        HashSet<string?> known = [.. endpoints.Select(endpoint => endpoint.HostInterface)];
        HashSet<int> bridges = [.. registry.Bridges.Select(network => network.BridgeIndex)];
        foreach (Link link in host.Links().Where(link => link.Kind == "veth" && bridges.Contains(link.Master) && link.Name.StartsWith("veth", StringComparison.Ordinal) && !known.Contains(link.Name)))
        {
            BridgeSetup.Delete(host, link.Name);
        }
    }

    private void Warn(string warning)
    {
        lock (warnings)
        {
            if (!warnings.Contains(warning)) warnings.Add(warning);
        }
    }
}
