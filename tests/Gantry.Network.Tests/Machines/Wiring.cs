using System.Net;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Ports;

namespace Gantry.Network.Tests.Machines;

/// <summary>The engine's steps for one container, in its order.</summary>
internal static class Wiring
{
    public static Endpoint Connect(this NetworkController controller, Sandbox sandbox, string name, string network = "bridge",
        params PortRequest[] ports)
    {
        Endpoint endpoint =
            controller.Allocate(name.PadRight(64, '0'), controller.Find(network), new EndpointRequest { ContainerName = name });
        controller.AttachAsync(endpoint, sandbox.Pid, controller.LeadsOut(endpoint), CancellationToken.None).GetAwaiter().GetResult();
        controller.Publish(endpoint, ports);
        return endpoint;
    }

    /// <summary>A pool of a request, as users write it.</summary>
    public static PoolRequest Pool(string subnet, string? gateway = null, string? range = null) => new()
    {
        Subnet = Subnet.Parse(subnet),
        Gateway = gateway is null ? null : IPAddress.Parse(gateway),
        Range = range is null ? null : Subnet.Parse(range),
    };

    public static PortRequest Port(ushort container, ushort host, string protocol = "tcp", string? address = null) =>
        new()
        {
            ContainerPort = container, HostPort = host, Protocol = protocol,
            HostAddress = address is null ? null : IPAddress.Parse(address),
        };

    /// <summary>A neighbour on the machine's outer link, 10.99.0.2; the machine is 10.99.0.1 there.
    /// It has no route to containers.</summary>
    public static Sandbox Outside(this Machine machine)
    {
        Sandbox outside = machine.Sandbox();
        machine.Shell($"ip link add outer0 type veth peer name eth0 netns {outside.Pid} && ip addr add 10.99.0.1/24 dev outer0 && ip link "
            + $"set outer0 up");
        outside.Shell("ip link set lo up && ip addr add 10.99.0.2/24 dev eth0 && ip link set eth0 up");
        return outside;
    }
}
