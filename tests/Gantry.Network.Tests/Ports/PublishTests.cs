using System.Net;
using System.Net.Sockets;
using Gantry.Network.Endpoints;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Ports;

public sealed class PublishTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public void ReachedFromLoopbackTheBridgeOutsideAndTheContainerItself(string protocol) => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Sandbox outside = machine.Outside(), here = machine.Here(), one = machine.Sandbox(), two = machine.Sandbox();
        controller.Connect(one, "one", "bridge", Wiring.Port(80, 8080, protocol));
        controller.Connect(two, "two");
        if (protocol == "tcp") one.ServeTcp("one", 80);
        else one.ServeUdp("one", 80);
        Func<Sandbox, string, string> ask = (from, address) => protocol == "tcp" ? from.Tcp(address, 8080) : from.Udp(address, 8080);
        Assert.Equal("one saw 172.17.0.1", ask(here, "127.0.0.1"));
        Assert.Equal("one saw 172.17.0.1", ask(here, "172.17.0.1"));
        Assert.Equal("one saw 10.99.0.1", ask(here, "10.99.0.1"));
        // The client's own address is kept.
        Assert.Equal("one saw 10.99.0.2", ask(outside, "10.99.0.1"));
        Assert.Equal("one saw 172.17.0.1", ask(two, "172.17.0.1"));
        Assert.Equal("one saw 172.17.0.1", ask(two, "10.99.0.1"));
        Assert.Equal("one saw 172.17.0.1", ask(one, "10.99.0.1"));
    });

    [Fact]
    public void PublishedOnLoopbackIsForTheHostAlone() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Sandbox outside = machine.Outside(), here = machine.Here(), one = machine.Sandbox(), two = machine.Sandbox();
        controller.Connect(one, "one", "bridge", Wiring.Port(80, 8080, "tcp", "127.0.0.1"));
        controller.Connect(two, "two");
        one.ServeTcp("one", 80);
        Assert.Equal("one saw 172.17.0.1", here.Tcp("127.0.0.1", 8080));
        Assert.Equal("refused", outside.Tcp("10.99.0.1", 8080));
        // A neighbour that sends packets for 127.0.0.1, or for the container itself, to this host.
        outside.Shell("ip route add 172.17.0.0/16 via 10.99.0.1 && ip addr del 127.0.0.1/8 dev lo && sysctl -qw "
            + "net.ipv4.conf.eth0.route_localnet=1 && ip route add 127.0.0.1/32 via 10.99.0.1 src 10.99.0.2");
        machine.Shell("sysctl -qw net.ipv4.conf.outer0.route_localnet=1");
        Assert.NotEqual("one saw 10.99.0.2", outside.TcpInVain("127.0.0.1", 8080));
        Assert.Equal("timeout", outside.TcpInVain("172.17.0.2", 80));
        // A container does the same by way of the bridge, where route_localnet is on.
        two.Shell("ip addr del 127.0.0.1/8 dev lo && sysctl -qw net.ipv4.conf.eth0.route_localnet=1 && ip route add 127.0.0.1/32 via "
            + "172.17.0.1 src 172.17.0.3");
        here.ServeTcp("host", 99, "127.0.0.1");
        Assert.Equal("timeout", two.TcpInVain("127.0.0.1", 99));
        Assert.Equal("host saw 127.0.0.1", here.Tcp("127.0.0.1", 99));
    });

    [Fact]
    public void UnpublishedPortsAreNotReachedFromOutsideAlthoughTheNeighbourRoutesToUs() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Sandbox outside = machine.Outside(), one = machine.Sandbox();
        controller.Connect(one, "one");
        one.ServeTcp("one", 80);
        outside.Shell("ip route add 172.17.0.0/16 via 10.99.0.1");
        Assert.Equal("timeout", outside.TcpInVain("172.17.0.2", 80));
        Assert.Equal("one saw 172.17.0.1", machine.Here().Tcp("172.17.0.2", 80));
    });

    [Fact]
    public void TheDefaultBindAddressHoldsWhereNoneIsGiven() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start(machine.Options with { DefaultBindAddress = IPAddress.Loopback });
        Sandbox outside = machine.Outside(), one = machine.Sandbox();
        Endpoint endpoint = controller.Connect(one, "one", "bridge", Wiring.Port(80, 8080), Wiring.Port(80, 8081, "tcp", "0.0.0.0"));
        one.ServeTcp("one", 80);
        Assert.Equal(IPAddress.Loopback, endpoint.Ports[0].HostAddress);
        Assert.Equal("refused", outside.Tcp("10.99.0.1", 8080));
        Assert.Equal("one saw 10.99.0.2", outside.Tcp("10.99.0.1", 8081));
        Assert.Equal("one saw 172.17.0.1", machine.Here().Tcp("127.0.0.1", 8080));
    });

    [Fact]
    public void APortInUseIsNamedAndNothingIsKept() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        string rules = machine.Shell("nft list ruleset");
        machine.Here().ServeTcp("other", 8080);
        Endpoint endpoint = controller.Connect(machine.Sandbox(), "web");
        GantryException error =
            Assert.Throws<GantryException>(() => controller.Publish(endpoint, [Wiring.Port(81, 8081), Wiring.Port(80, 8080)]));
        Assert.Equal($"driver failed programming external connectivity on endpoint web ({endpoint.Id}): failed to bind host port for "
            + $"0.0.0.0:8080:172.17.0.2:80/tcp: address already in use", error.Message);
        Assert.Equal(rules, machine.Shell("nft list ruleset"));
        controller.Publish(endpoint, [Wiring.Port(81, 8081)]);
        Endpoint second = controller.Connect(machine.Sandbox(), "second");
        error = Assert.Throws<GantryException>(() => controller.Publish(second, [Wiring.Port(80, 8081)]));
        Assert.EndsWith(": Bind for 0.0.0.0:8081 failed: port is already allocated", error.Message);
        error = Assert.Throws<GantryException>(() => controller.Publish(second, [Wiring.Port(80, 8081, "tcp", "127.0.0.1")]));
        Assert.EndsWith(": Bind for 127.0.0.1:8081 failed: port is already allocated", error.Message);
        controller.Release(endpoint);
        controller.Publish(second, [Wiring.Port(80, 8081)]);
    });

    [Fact]
    public void OtherProgramsSeeThatAPublishedPortIsTaken() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Endpoint endpoint = controller.Connect(machine.Sandbox(), "web", "bridge", Wiring.Port(80, 8080), Wiring.Port(53, 5353, "udp"));
        Sandbox here = machine.Here();
        Assert.Throws<SocketException>(() => here.ServeTcp("other", 8080));
        Assert.Throws<SocketException>(() => here.ServeTcp("other", 8080, "127.0.0.1"));
        Assert.Throws<SocketException>(() => here.ServeUdp("other", 5353));
        controller.Release(endpoint);
        here.ServeTcp("other", 8080);
        here.ServeUdp("other", 5353);
    });

    [Fact]
    public void EphemeralPortsAndRanges() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Endpoint one = controller.Connect(machine.Sandbox(), "one", "bridge", Wiring.Port(80, 0), Wiring.Port(81, 0),
            Wiring.Port(82, 7000) with { HostPortEnd = 7001 });
        Endpoint two = controller.Connect(machine.Sandbox(), "two", "bridge", Wiring.Port(82, 7000) with { HostPortEnd = 7001 });
        Assert.Equal([7000, 32768, 32769], one.Ports.Select(port => (int)port.HostPort));
        Assert.Equal([7001], two.Ports.Select(port => (int)port.HostPort));
        Endpoint three = controller.Connect(machine.Sandbox(), "three");
        Assert.Throws<GantryException>(() => controller.Publish(three, [Wiring.Port(82, 7000) with { HostPortEnd = 7001 }]));
    });

    [Fact]
    public void AClientThatSendsUDPAllAlongReachesWhoeverHasThePortNow() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Sandbox outside = machine.Outside(), one = machine.Sandbox(), two = machine.Sandbox();
        one.ServeUdp("one", 53);
        two.ServeUdp("two", 53);
        Assert.Equal("refused", outside.Udp("10.99.0.1", 5353, from: 4000));
        Endpoint first = controller.Connect(one, "one", "bridge", Wiring.Port(53, 5353, "udp"));
        Assert.Equal("one saw 10.99.0.2", outside.Udp("10.99.0.1", 5353, from: 4000));
        controller.Release(first);
        controller.Connect(two, "two", "bridge", Wiring.Port(53, 5353, "udp"));
        Assert.Equal("two saw 10.99.0.2", outside.Udp("10.99.0.1", 5353, from: 4000));
    });

    [Fact]
    public void AnAddressThatIsNotTheHostsIsRefused() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Endpoint endpoint = controller.Connect(machine.Sandbox(), "web");
        GantryException error =
            Assert.Throws<GantryException>(() => controller.Publish(endpoint, [Wiring.Port(80, 8080, "tcp", "203.0.113.9")]));
        Assert.Contains("cannot assign requested address", error.Message);
    });
}
