using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Sandboxes;

namespace Gantry.Network.Drivers;

/// <summary>
/// One kind of network: what it has on the host, and how a container's interface in it comes into being. Names, records, addresses
/// and the order of things are the controller's; what is inside the container's namespace is the sandbox's.
/// </summary>
/// <remarks>
/// <para>Life: <see cref="Start"/> once with the networks that there are, <see cref="Restore"/> once with the endpoints that run, and from
/// then on the rest, of which the calls for one container come one after the other and those for several at once.</para>
/// <para>What the driver makes on the host says itself whose it is, so that a driver after a <c>kill -9</c> finds its own and never
/// touches another's. What has that name and is not the driver's is a Conflict, or is used as it is.</para>
/// <para>Failures are <see cref="GantryException"/> or <see cref="Linux.KernelException"/>.</para>
/// </remarks>
internal interface INetworkDriver : IDisposable
{
    /// <summary>As requests and records name it.</summary>
    string Name { get; }

    DriverTraits Traits { get; }

    /// <summary>Whether a network's option of this name does something. Others are kept, and whoever makes the network is
    /// warned.</summary>
    bool HasOption(string name);

    /// <summary>The network of this kind that always exists, as its record shall be; null for a kind without one. Called before
    /// <see cref="Start"/>.</summary>
    /// <param name="present">Its record until now.</param>
    /// <param name="taken">Subnets that are in use on this host.</param>
    NetworkRecord? Predefined(NetworkRecord? present, Func<IEnumerable<Subnet>> taken);

    /// <summary>Judges a network to be made by its options, and completes it. Changes nothing. Called under the lock of all
    /// networks.</summary>
    /// <param name="others">All others, of every driver.</param>
    /// <exception cref="GantryException">Why it cannot be.</exception>
    NetworkRecord Check(NetworkRecord wanted, IReadOnlyCollection<NetworkRecord> others);

    /// <summary>At the daemon's start: brings what these networks have on the host to what the records say.</summary>
    /// <param name="networks">All of this driver.</param>
    void Start(IReadOnlyCollection<ActiveNetwork> networks, List<string> warnings);

    /// <summary>After <see cref="Start"/>: takes over what running containers have, and removes what this driver made and nobody has any
    /// more.</summary>
    void Restore(RunningEndpoints running, List<string> warnings);

    /// <summary>Makes what the network has on the host. All or nothing.</summary>
    /// <param name="all">All networks of this driver, this one too.</param>
    void Create(ActiveNetwork network, IReadOnlyCollection<ActiveNetwork> all, List<string> warnings);

    /// <summary>Takes all that away again, also when some of it is gone; a second call does nothing.</summary>
    void Remove(ActiveNetwork network);

    /// <summary>What an endpoint will have by this driver: its MAC address, and the name of what there will be of it on the host. The
    /// container's record has that before <see cref="Attach"/>, so that it is found whatever happens in between. Changes
    /// nothing.</summary>
    /// <param name="wantedMac">As asked for; null for the driver's own choice.</param>
    Endpoint Complete(ActiveNetwork network, Endpoint endpoint, string? wantedMac);

    /// <summary>Puts back what somebody has removed of what this network has on the host, before somebody comes into it. On the thread of
    /// the caller, and so in the network namespace of the driver.</summary>
    void Mend(ActiveNetwork network);

    /// <summary>Makes the container's interface, and furnishes the sandbox with it. All or nothing, but for the loopback device.</summary>
    /// <param name="gateway">The container's way out leads through it.</param>
    void Attach(ActiveNetwork network, Endpoint endpoint, NetworkSandbox sandbox, bool gateway);

    /// <summary>Whether all is there that <see cref="Attach"/> makes. Where it is not, what is there has been removed on return, and
    /// Attach makes it anew: an earlier daemon was killed in it, or somebody deleted something.</summary>
    bool IsWhole(ActiveNetwork network, Endpoint endpoint);

    /// <summary>Takes the interface away, whether the container's namespace still exists or not; on return it is gone. A second call does
    /// nothing. Takes milliseconds, and nobody waits for it meanwhile.</summary>
    void Detach(ActiveNetwork network, Endpoint endpoint);

    /// <summary>The container has the endpoint's name now; whatever shows it on the host follows.</summary>
    void Rename(Endpoint endpoint);

    /// <summary>Whether packets to the outside can leave by this network.</summary>
    bool LeadsOut(NetworkRecord network);
}
