using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Networks;

/// <summary>The network <c>bridge</c> as the daemon's options want it.</summary>
public sealed class DefaultNetworkTests
{
    private static void Stop(NetworkController controller) => controller.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public void AddressesComeFromTheFixedRange() => Machine.Run(machine =>
    {
        NetworkOptions options = machine.Options with
        {
            BridgeAddress = InterfaceAddress.Parse("10.9.0.1/16"), FixedRange = Subnet.Parse("10.9.8.0/24"),
        };
        NetworkController controller = machine.Start(options);
        Sandbox sandbox = machine.Sandbox();
        Assert.Equal("10.9.8.0", $"{controller.Connect(sandbox, "one").Address}");
        Assert.Contains("inet 10.9.8.0/16", sandbox.Shell("ip -4 addr show eth0"));
        sandbox.Shell("busybox ping -c 1 -W 60 10.9.0.1");
    });

    /// <summary>And of a daemon that was started without it before.</summary>
    [Fact]
    public void WithoutAnAddressTheBridgeHasTheFirstOfTheFixedRange() => Machine.Run(machine =>
    {
        Stop(machine.Start());
        NetworkOptions options = machine.Options with { FixedRange = Subnet.Parse("10.9.8.0/24") };
        for (int start = 0; start < 2; start++)
        {
            NetworkController controller = machine.Start(options);
            AddressPool pool = controller.Find("bridge").Pools.Single();
            Assert.Equal(("10.9.8.0/24", "10.9.8.1", null), ($"{pool.Subnet}", $"{pool.Gateway}", pool.Range));
            Assert.Equal("10.9.8.1/24", machine.Shell("ip -4 -o addr show dev gantry0 | awk '{print $4}'").Trim());
            Stop(controller);
        }
    });

    [Fact]
    public void AFixedRangeOutsideOfAnAdministratorsBridgeIsRefused() => Machine.Run(machine =>
    {
        machine.Shell("ip link add gantry0 type bridge && ip addr add 10.1.2.1/24 dev gantry0");
        Assert.Equal("pool range 10.9.8.0/24 is not in the subnet 10.1.2.0/24", Assert.Throws<GantryException>(
            () => machine.Start(machine.Options with { FixedRange = Subnet.Parse("10.9.8.0/24") })).Message);
    });

    [Fact]
    public void TheDefaultNetworkHasIPv6WhereThatIsAskedFor() => Machine.Run(machine =>
    {
        NetworkOptions options = machine.Options with { IPv6 = true, FixedRange6 = Subnet.Parse("fd00:9::/64") };
        NetworkController controller = machine.Start(options);
        Sandbox sandbox = machine.Sandbox();
        Assert.Equal("fd00:9::2", $"{controller.Connect(sandbox, "one").Address6}");
        sandbox.Shell("busybox ping -6 -c 1 -W 60 fd00:9::1");
        Stop(controller);
        // The next start has another one, and what was before draws no packets here.
        controller = machine.Start(options with { FixedRange6 = null, Pools = [new(Subnet.Parse("10.77.0.0/16"), 24),
            new(Subnet.Parse("fd77::/48"), 64)] });
        Assert.Equal("fd00:9::/64", $"{controller.Find("bridge").Pools[1].Subnet}");
        Stop(controller);
        controller = machine.Start(options with { FixedRange6 = Subnet.Parse("fd00:10::/64") });
        Assert.Equal("fd00:10::/64", $"{controller.Find("bridge").Pools[1].Subnet}");
        string addresses = machine.Shell("ip -6 -o addr show dev gantry0");
        Assert.Contains("fd00:10::1/64", addresses);
        Assert.DoesNotContain("fd00:9::", addresses);
    });

    [Fact]
    public void NetworksGetTheirSubnetsFromThePools() => Machine.Run(machine =>
    {
        machine.Shell("ip link add x type bridge && ip addr add 10.77.1.1/24 dev x && ip link set x up");
        NetworkController controller = machine.Start(machine.Options with
        {
            Pools = [new(Subnet.Parse("10.77.0.0/22"), 24), new(Subnet.Parse("10.78.0.0/16"), 20), new(Subnet.Parse("fd77::/48"), 64)],
        });
        string Make(string name, bool six) => string.Join(' ', controller.CreateAsync(new NetworkRequest { Name = name, EnableIPv6 = six },
            CancellationToken.None).GetAwaiter().GetResult().Pools.Select(pool => pool.Subnet));
        Assert.Equal("10.77.0.0/24", $"{controller.Find("bridge").Pools.Single().Subnet}");
        Assert.Equal("10.77.2.0/24", Make("one", false));
        Assert.Equal("10.77.3.0/24 fd77::/64", Make("two", true));
        Assert.Equal("10.78.0.0/20 fd77:0:0:1::/64", Make("three", true));
    });
}
