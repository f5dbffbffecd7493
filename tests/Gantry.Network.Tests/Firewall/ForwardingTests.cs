using Gantry.Network.Endpoints;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Firewall;

/// <summary>The host forwards because of us, and is a router for nobody else.</summary>
public sealed class ForwardingTests
{
    private const string Passed = "there saw 10.98.0.2";

    /// <summary>Two networks of others, 10.98.0.0/24 and 10.99.0.0/24, which the machine is between.</summary>
    private static (Sandbox Here, Sandbox There) Neighbours(Machine machine)
    {
        Sandbox there = machine.Outside(), here = machine.Sandbox();
        machine.Shell($"ip link add other0 type veth peer name eth0 netns {here.Pid} && ip addr add 10.98.0.1/24 dev other0 && ip link "
            + $"set other0 up");
        here.Shell("ip link set lo up && ip addr add 10.98.0.2/24 dev eth0 && ip link set eth0 up && ip route add default via 10.98.0.1");
        there.Shell("ip route add default via 10.99.0.1");
        there.ServeTcp("there", 99);
        return (here, there);
    }

    [Fact]
    public void OthersPacketsAreDroppedWhereWeTurnedItOnAlsoAfterARestart() => Machine.Run(machine =>
    {
        (Sandbox here, Sandbox there) = Neighbours(machine);
        machine.Shell("sysctl -qw net.ipv4.ip_forward=0");
        NetworkController controller = machine.Start();
        Assert.Equal("1", machine.Shell("cat /proc/sys/net/ipv4/ip_forward").Trim());
        Assert.Equal("timeout", here.TcpInVain("10.99.0.2", 99));
        Sandbox container = machine.Sandbox();
        Endpoint endpoint = controller.Connect(container, "c", "bridge", Wiring.Port(80, 8080));
        container.ServeTcp("container", 80);
        Assert.Equal("there saw 10.99.0.1", container.Tcp("10.99.0.2", 99));
        Assert.Equal("container saw 10.98.0.2", here.Tcp("10.98.0.1", 8080));

        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        controller = machine.Start(null, endpoint);
        Assert.Equal("timeout", here.TcpInVain("10.99.0.2", 99));
        Assert.Equal("container saw 10.98.0.2", here.Tcp("10.98.0.1", 8080));
        machine.Shell("nft add rule inet gantry user ip saddr 10.98.0.0/24 accept");
        Assert.Equal(Passed, here.Tcp("10.99.0.2", 99));

        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        machine.Shell("nft flush chain inet gantry user && nft delete map inet gantry any4 2>/dev/null || nft flush chain inet gantry "
            + "publish && nft delete map inet gantry any4 && nft add map inet gantry any4 '{ type inet_service : ipv4_addr; }'");
        controller = machine.Start(null, endpoint);
        Assert.Contains(controller.Warnings, warning => warning.Contains("made anew"));
        Assert.Equal("timeout", here.TcpInVain("10.99.0.2", 99));

        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        machine.Start(machine.Options with { ForwardNoDrop = true }, endpoint);
        Assert.Equal(Passed, here.Tcp("10.99.0.2", 99));
    });

    [Theory]
    [InlineData("1", false)]
    [InlineData("0", true)]
    public void TheyPassWhereTheHostWasARouterBeforeOrShallBeOne(string before, bool noDrop) => Machine.Run(machine =>
    {
        (Sandbox here, _) = Neighbours(machine);
        machine.Shell($"sysctl -qw net.ipv4.ip_forward={before}");
        machine.Start(machine.Options with { ForwardNoDrop = noDrop });
        Assert.Equal(Passed, here.Tcp("10.99.0.2", 99));
    });

    [Fact]
    public void SoWithIPv6WhichTheFirstNetworkThatHasItTurnsOn() => Machine.Run(machine =>
    {
        (Sandbox here, Sandbox there) = Neighbours(machine);
        machine.Shell("ip addr add fd00:98::1/64 dev other0 nodad && ip addr add fd00:99::1/64 dev outer0 nodad");
        here.Shell("ip addr add fd00:98::2/64 dev eth0 nodad && ip route add default via fd00:98::1");
        there.Shell("ip addr add fd00:99::2/64 dev eth0 nodad && ip route add default via fd00:99::1");
        there.ServeTcp("six", 100, "::");
        NetworkController controller = machine.Start();
        controller.CreateAsync(new NetworkRequest { Name = "six", EnableIPv6 = true }, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal("1", machine.Shell("cat /proc/sys/net/ipv6/conf/all/forwarding").Trim());
        Assert.Equal("timeout", here.TcpInVain("fd00:99::2", 100));
    });
}
