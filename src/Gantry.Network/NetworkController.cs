using System.Globalization;
using System.Net;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Drivers;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;
using Gantry.Network.Ports;
using Gantry.Network.Sandboxes;

namespace Gantry.Network;

/// <summary>The engine's networks: who is in which, with what address, and which host ports lead there. What a network is on the host
/// is its driver's affair, which is known here by its contract alone.</summary>
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
    private readonly NetworkRegistry _registry;
    private readonly INetworkDriver[] _drivers;
    private readonly EndpointReclaim _reclaim;
    private readonly NamespaceThread _door = new();
    private readonly NetlinkSocket _host = NetlinkSocket.Open(NetlinkSocket.Route);
    private readonly NetworkWarnings _warnings;

    public NetworkController(NetworkOptions options) : this(options, new NetworkWarnings()) { }

    /// <summary>For tests of what stands on it: with drivers that need no kernel.</summary>
    internal NetworkController(NetworkOptions options, INetworkDriver[] drivers) : this(options, drivers, new NetworkWarnings()) { }

    private NetworkController(NetworkOptions options, NetworkWarnings warnings)
        : this(options, BuiltInDrivers.All(options, warnings), warnings) { }

    private NetworkController(NetworkOptions options, INetworkDriver[] drivers, NetworkWarnings warnings)
    {
        _warnings = warnings;
        Options = options;
        _registry = new NetworkRegistry(options);
        _drivers = drivers;
        _reclaim = new EndpointReclaim((network, endpoint) => DriverOf(network.Record).Detach(network, endpoint), Warn, options.Time);
    }

    public NetworkOptions Options { get; }

    /// <summary>The kinds of network that can be made or are there, as <c>info</c> lists them.</summary>
    public IEnumerable<string> Drivers => _drivers.Select(driver => driver.Name);

    /// <summary>Conditions of the host that make networking work less than expected; for <c>info</c> and the log.</summary>
    public IReadOnlyList<string> Warnings => _warnings.All;

    /// <summary>Records that were damaged, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages => _registry.Damages;

    /// <summary>Makes the networks that always exist and reads the others; takes over what an earlier daemon left.</summary>
    public Task StartAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<string> found = [];
        _registry.Load(_host, _drivers.Select(driver => new PredefinedNetwork(driver.Name, driver.Predefined)), found);
        foreach (INetworkDriver driver in _drivers) driver.Start(_registry.Of(driver.Name), found);
        found.AddRange(_registry.List().Where(network => TryDriver(network.Driver) is null)
            .Select(network => $"network {network.Name} needs the driver {network.Driver}, which this version does not have"));
        found.ForEach(Warn);
        return Task.CompletedTask;
    }

    /// <summary>Takes over the endpoints of running containers and their published ports; removes what belongs to nobody. Call once, after
    /// <see cref="StartAsync"/>.</summary>
    public void Restore(IEnumerable<Endpoint> running)
    {
        List<Endpoint> all = [.. running];
        ILookup<string, Endpoint> byDriver = all.Where(TakeOver).ToLookup(endpoint => _registry.Get(endpoint.NetworkId).Record.Driver);
        List<string> found = [];
        foreach (INetworkDriver driver in _drivers)
        {
            driver.Restore(new RunningEndpoints(_registry.Of(driver.Name), [.. byDriver[driver.Name]], all, !_registry.Damaged), found);
        }
        found.ForEach(Warn);
    }

    public IReadOnlyList<NetworkRecord> List() => _registry.List();

    /// <summary>By name, full id or unambiguous start of the id.</summary>
    /// <exception cref="GantryException">NotFound: <c>network x not found</c>.</exception>
    public NetworkRecord Find(string nameOrId) => _registry.Find(nameOrId).Record;

    /// <summary>The driver of a network; empty of one that does not exist any more.</summary>
    public string DriverName(string networkId) => _registry.TryGet(networkId)?.Record.Driver ?? "";

    /// <summary>Reserves address and MAC in a network, where its driver has such.</summary>
    /// <exception cref="GantryException">InvalidArgument, Forbidden or Conflict: the wanted address is not to be had,
    /// or none is left.</exception>
    public Endpoint Allocate(string containerId, NetworkRecord network, EndpointRequest request)
    {
        ActiveNetwork active = _registry.Get(network.Id);
        INetworkDriver driver = DriverOf(network);
        // Its subnet, where it has one, may be another one after the daemon's next start.
        if (network.Predefined && request.Address is not null)
            throw GantryException.Invalid("user specified IP address is supported on user defined networks only");
        Endpoint endpoint = new()
        {
            Id = RandomId.New(),
            ContainerId = containerId,
            ContainerName = request.ContainerName,
            NetworkId = network.Id,
            NetworkName = network.Name,
            Aliases = request.Aliases,
            LinkLocal = request.LinkLocal,
            Interface = string.Create(CultureInfo.InvariantCulture, $"eth{request.Index}"),
        };
        if (driver.Traits.Addresses) endpoint = WithAddresses(active, endpoint, request);
        try
        {
            endpoint = driver.Complete(active, endpoint, request.MacAddress);
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
    /// <remarks>Does nothing where the namespace is the host's.</remarks>
    public async Task AttachAsync(Endpoint endpoint, int pid, bool gateway, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ActiveNetwork network = _registry.Get(endpoint.NetworkId);
        INetworkDriver driver = DriverOf(network.Record);
        if (!driver.Traits.OwnNamespace) return;
        driver.Mend(network);
        using NetworkSandbox sandbox = await NetworkSandbox.OpenAsync(_door, pid);
        driver.Attach(network, endpoint, sandbox, gateway);
    }

    /// <summary>After <see cref="Restore"/>: brings the interface of a running container to what its endpoint says, when a daemon was
    /// killed while it made it.</summary>
    /// <returns>True when something was missing.</returns>
    public async Task<bool> RepairAsync(Endpoint endpoint, int pid, bool gateway)
    {
        if (_registry.TryGet(endpoint.NetworkId) is not { } network || TryDriver(network.Record.Driver) is not { } driver
            || driver.IsWhole(network, endpoint)) return false;
        await AttachAsync(endpoint, pid, gateway, CancellationToken.None);
        return true;
    }

    /// <summary>Whether packets to the outside can leave by this endpoint.</summary>
    public bool LeadsOut(Endpoint endpoint) =>
        _registry.TryGet(endpoint.NetworkId)?.Record is { } network && TryDriver(network.Driver)?.LeadsOut(network) == true;

    /// <summary>Leads the default route of a running container through this one of its endpoints.</summary>
    public async Task RouteAsync(Endpoint endpoint, int pid)
    {
        using NetworkSandbox sandbox = await NetworkSandbox.OpenAsync(_door, pid);
        sandbox.Route(endpoint);
    }

    /// <summary>The endpoint under the container's new name.</summary>
    public Endpoint Rename(Endpoint endpoint, string containerName)
    {
        Endpoint renamed = endpoint with { ContainerName = containerName };
        if (_registry.TryGet(endpoint.NetworkId) is { } network && network.Replace(endpoint, renamed))
            TryDriver(network.Record.Driver)?.Rename(renamed);
        return renamed;
    }

    /// <summary>Leads host ports to the endpoint; sets <see cref="Endpoint.Ports"/>. All or nothing.
    /// Networks without a way in publish nothing.</summary>
    /// <exception cref="GantryException">Internal: as <see cref="IPortPublisher.Publish"/> says.</exception>
    public IReadOnlyList<PublishedPort> Publish(Endpoint endpoint, IReadOnlyList<PortRequest> ports)
    {
        NetworkRecord network = _registry.Get(endpoint.NetworkId).Record;
        if (ports.Count == 0 || DriverOf(network) is not IPortPublisher publisher || !publisher.LeadsIn(network)) return [];
        return endpoint.Ports = publisher.Publish(network, endpoint, ports);
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
        if (endpoint.Ports.Count == 0) return;
        // Also of a network that does not exist any more, whose driver nobody knows.
        foreach (IPortPublisher publisher in _drivers.OfType<IPortPublisher>()) publisher.Withdraw(endpoint);
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
        NetworkNames.Check(request.Name);
        INetworkDriver driver = TryDriver(request.Driver)
            ?? throw GantryException.NotFound($"could not find plugin {request.Driver} in v1 plugin registry: plugin not found; "
                + $"there are the drivers {string.Join(", ", _drivers.Select(one => one.Name))}");
        ActiveNetwork network = _registry.Create(request, _host, driver.Check);
        List<string> found = [];
        try
        {
            driver.Create(network, _registry.Of(driver.Name), found);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // Nobody was told of it.
            _registry.Remove(network);
            throw;
        }
        network.Open();
        found.ForEach(Warn);
        return Task.FromResult(network.Record);
    }

    /// <summary>The names of a network's options that its driver does nothing with.</summary>
    public IReadOnlyList<string> IdleOptions(NetworkRecord network) => TryDriver(network.Driver) is { } driver
        ? [.. network.Options.Keys.Where(option => !driver.HasOption(option)).Order(StringComparer.Ordinal)] : [];

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
        INetworkDriver? driver = TryDriver(record.Driver);
        bool taken = false;
        try
        {
            _reclaim.FinishNow((of, _) => of == network);
            driver?.Remove(network);
            taken = true;
            // Last: who is killed before has a network as before after the next start, and not a bridge of none.
            _registry.Remove(network);
        }
        catch
        {
            if (taken) BringBack(driver, network);
            network.Open();
            throw;
        }
        return Task.CompletedTask;
    }

    /// <summary>Its record would not go, so it stays, with what it has on the host.</summary>
    private void BringBack(INetworkDriver? driver, ActiveNetwork network)
    {
        List<string> found = [];
        try
        {
            driver?.Create(network, _registry.Of(network.Record.Driver), found);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            found.Add($"network {network.Record.Name} has nothing on the host until the daemon's next start: {e.Message}");
        }
        found.ForEach(Warn);
    }

    /// <summary>Ends the background work; networks, rules and the interfaces of running containers stay.</summary>
    public ValueTask DisposeAsync()
    {
        _reclaim.Dispose();
        foreach (INetworkDriver driver in _drivers) driver.Dispose();
        _door.Dispose();
        _host.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>False when its network does not exist any more.</returns>
    private bool TakeOver(Endpoint endpoint)
    {
        if (_registry.TryGet(endpoint.NetworkId) is not { } network)
        {
            Warn($"container {endpoint.ContainerName} runs in network {endpoint.NetworkName}, which does not exist any more");
            return false;
        }
        if (!network.Restore(endpoint))
            Warn($"address {endpoint.Address} of {endpoint.ContainerName} is used twice in network {endpoint.NetworkName}");
        return true;
    }

    private INetworkDriver? TryDriver(string name) => Array.Find(_drivers, driver => driver.Name == name);

    private INetworkDriver DriverOf(NetworkRecord network) => TryDriver(network.Driver)
        ?? throw new GantryException(ErrorKind.Unsupported,
            $"network {network.Name} needs the driver {network.Driver}, which this version does not have");

    private Endpoint WithAddresses(ActiveNetwork network, Endpoint endpoint, EndpointRequest request)
    {
        // A restarted container keeps its address, and a wanted one must not wait for the interface that had it.
        Endpoint? earlier = _reclaim.FinishNow((of, old) => of == network
            && (old.ContainerId == endpoint.ContainerId || old.Address is not null && old.Address.Equals(request.Address)));
        IPAddress? kept = request.Address is null && earlier?.ContainerId == endpoint.ContainerId ? earlier.Address : null;
        (IPAddress? four, IPAddress? six) = TakeOrAnother(network, kept, request);
        return endpoint with
        {
            Address = four,
            PrefixLength = four is null ? 0 : network.Subnet4!.Value.PrefixLength,
            Gateway = network.Gateway4,
            Address6 = six,
            PrefixLength6 = six is null ? 0 : network.Subnet6!.Value.PrefixLength,
            Gateway6 = network.Gateway6,
        };
    }

    /// <param name="kept">Nobody asked for it: where another container was quicker, any other does.</param>
    private (IPAddress? Four, IPAddress? Six) TakeOrAnother(ActiveNetwork network, IPAddress? kept, EndpointRequest request)
    {
        try
        {
            return Take(network, kept ?? request.Address, request.Address6);
        }
        catch (GantryException e) when (kept is not null && e.Kind == ErrorKind.Forbidden)
        {
            return Take(network, null, request.Address6);
        }
    }

    private (IPAddress? Four, IPAddress? Six) Take(ActiveNetwork network, IPAddress? wanted4, IPAddress? wanted6)
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

    private void Warn(string warning) => _warnings.Add(warning);
}
