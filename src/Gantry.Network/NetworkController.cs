namespace Gantry.Network;

/// <summary>The engine's networks: who is in which, with what address, and which host ports lead there.</summary>
/// <remarks>
/// <para>Life of a start: <see cref="Allocate"/> → (namespace exists) <see cref="AttachAsync"/> → <see cref="Publish"/> → … → <see cref="Release"/>.</para>
/// <para>Everything but the networks themselves is derived from the endpoints that the containers' records keep:
/// after a restart the daemon calls <see cref="StartAsync"/>, then <see cref="Restore"/> once with the endpoints of all running containers (an empty list too).</para>
/// <para>Safe for concurrent callers; one container's calls come one after the other.</para>
/// </remarks>
public sealed class NetworkController(NetworkOptions options) : IAsyncDisposable
{
    /// <summary>Conditions of the host that make networking work less than expected; for <c>info</c> and the log. Filled by <see cref="StartAsync"/> and <see cref="Restore"/>.</summary>
    public IReadOnlyList<string> Warnings { get; } = [];

    public NetworkOptions Options => options;

    /// <summary>Makes the default bridge and reads the networks; takes over what an earlier daemon left.</summary>
    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Takes over the endpoints of running containers and their published ports; removes what belongs to nobody. Call once, after <see cref="StartAsync"/>.</summary>
    public void Restore(IEnumerable<Endpoint> running) { }

    public IReadOnlyList<NetworkRecord> List() => [];

    /// <summary>By name, full id or unambiguous start of the id.</summary>
    /// <exception cref="GantryException">NotFound: <c>network x not found</c>.</exception>
    public NetworkRecord Find(string nameOrId) => throw GantryException.NotFound($"network {nameOrId} not found");

    /// <summary>Reserves address and MAC in a network. For <c>host</c> and <c>none</c> the endpoint has neither.</summary>
    public Endpoint Allocate(string containerId, NetworkRecord network, EndpointRequest request) => throw GantryException.NotFound($"network {network.Name} not found");

    /// <summary>Furnishes the network namespace of <paramref name="pid"/>: loopback up, interface, address, routes.</summary>
    /// <remarks>For <c>none</c> only loopback; for <c>host</c> nothing.</remarks>
    public Task AttachAsync(Endpoint endpoint, int pid, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Leads host ports to the endpoint; sets <see cref="Endpoint.Ports"/>. All or nothing.</summary>
    /// <exception cref="GantryException">Internal, with Docker's words: <c>driver failed programming external connectivity on endpoint NAME (ID): failed to bind host port …</c>.</exception>
    public IReadOnlyList<PublishedPort> Publish(Endpoint endpoint, IReadOnlyList<PortRequest> ports) => [];

    /// <summary>Gives back ports, interface and address. Cheap; never throws for what is already gone.</summary>
    public void Release(Endpoint endpoint) { }

    /// <summary>The endpoints in a network now.</summary>
    public IReadOnlyList<Endpoint> EndpointsOf(NetworkRecord network) => [];

    public Task<NetworkRecord> CreateAsync(NetworkRequest request, CancellationToken cancellation) => throw GantryException.Invalid("not a network");

    /// <exception cref="GantryException">Forbidden: predefined, or has active endpoints.</exception>
    public Task RemoveAsync(NetworkRecord network, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Ends the background work; networks, interfaces and rules stay for the running containers.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
