using Gantry.Build.Graph;
using Gantry.Network;
using Gantry.Network.Endpoints;

namespace Gantry.Build.Execution;

/// <summary>The network of one step: an address of a network's for as long as it runs, that of the host, or none.</summary>
internal sealed class StepNetwork : IDisposable
{
    private readonly NetworkController _networks;
    private readonly Endpoint? _endpoint;

    private StepNetwork(NetworkController networks, Endpoint? endpoint, bool isHost) =>
        (_networks, _endpoint, IsHost) = (networks, endpoint, isHost);

    public bool IsHost { get; }
    public Endpoint? Endpoint => _endpoint;

    /// <exception cref="GantryException">NotFound: no such network; others as a container's would be.</exception>
    public static StepNetwork Allocate(NetworkController networks, string id, RunSurroundings surroundings, BuildSettings settings)
    {
        string name = surroundings.Network is "default" or "" ? settings.DefaultNetwork : surroundings.Network;
        if (name is "none" or "host") return new StepNetwork(networks, null, name == "host");
        Endpoint endpoint = networks.Allocate(id, networks.Find(name), new EndpointRequest { ContainerName = id[..12] });
        return new StepNetwork(networks, endpoint, isHost: false);
    }

    /// <param name="pid">Whose network namespace is furnished.</param>
    public Task AttachAsync(int pid, CancellationToken cancellation) =>
        _endpoint is null ? Task.CompletedTask : _networks.AttachAsync(_endpoint, pid, gateway: true, cancellation);

    public void Dispose()
    {
        if (_endpoint is not null) _networks.Release(_endpoint);
    }
}
