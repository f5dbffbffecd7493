using Gantry.Network.Endpoints;
using Gantry.Network.Networks;
using Gantry.Network.Ports;

namespace Gantry.Network.Drivers;

/// <summary>A driver whose networks are behind the host, so that ports of the host can lead into them. With others a container is
/// reached at its own address, and what is asked to be published is not.</summary>
internal interface IPortPublisher
{
    /// <summary>Whether ports can be published in this network.</summary>
    bool LeadsIn(NetworkRecord network);

    /// <summary>All or nothing.</summary>
    /// <exception cref="GantryException">Internal, with Docker's words:
    /// <c>driver failed programming external connectivity on endpoint NAME (ID): failed to bind host port …</c>.</exception>
    IReadOnlyList<PublishedPort> Publish(NetworkRecord network, Endpoint endpoint, IReadOnlyList<PortRequest> ports);

    /// <summary>Takes back what <see cref="Endpoint.Ports"/> says. Never throws for what is already gone.</summary>
    void Withdraw(Endpoint endpoint);
}
