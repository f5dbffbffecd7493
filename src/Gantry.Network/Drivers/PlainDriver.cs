using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Sandboxes;

namespace Gantry.Network.Drivers;

/// <summary>A kind of which there is one network alone, which has nothing on the host: <c>host</c>, where containers are in the host's
/// own namespace, and <c>null</c>, where their own has its loopback device and no more.</summary>
internal sealed class PlainDriver(string name, string network, bool ownNamespace, TimeProvider time) : INetworkDriver
{
    public string Name => name;

    public DriverTraits Traits => new(Addresses: false, OwnNamespace: ownNamespace);

    public bool HasOption(string name) => false;

    public NetworkRecord? Predefined(NetworkRecord? present, Func<IEnumerable<Subnet>> taken) =>
        present ?? new NetworkRecord { Id = RandomId.New(), Name = network, Driver = name, Created = time.GetUtcNow() };

    public NetworkRecord Check(NetworkRecord wanted, IReadOnlyCollection<NetworkRecord> others) =>
        throw new GantryException(ErrorKind.Forbidden, $"only one instance of \"{name}\" network is allowed");

    public void Start(IReadOnlyCollection<ActiveNetwork> networks, List<string> warnings) { }

    public void Restore(RunningEndpoints running, List<string> warnings) { }

    public void Create(ActiveNetwork network, IReadOnlyCollection<ActiveNetwork> all, List<string> warnings) { }

    public void Remove(ActiveNetwork network) { }

    public Endpoint Complete(ActiveNetwork network, Endpoint endpoint, string? wantedMac) => endpoint;

    public void Mend(ActiveNetwork network) { }

    public void Attach(ActiveNetwork network, Endpoint endpoint, NetworkSandbox sandbox, bool gateway) => sandbox.Furnish();

    public bool IsWhole(ActiveNetwork network, Endpoint endpoint) => true;

    public void Detach(ActiveNetwork network, Endpoint endpoint) { }

    public void Rename(Endpoint endpoint) { }

    public bool LeadsOut(NetworkRecord network) => false;

    public void Dispose() { }
}
