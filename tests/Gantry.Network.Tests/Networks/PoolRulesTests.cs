using System.Net;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Networks;

public sealed class PoolRulesTests
{
    /// <summary>Subnet, gateway, range, auxiliary address; and in whose words it is refused: Docker's, or our own where Docker makes what
    /// no container can be in.</summary>
    [Theory]
    [InlineData("10.5.0.0/16", "10.6.0.1", null, null, "failed to allocate gateway (10.6.0.1): Requested address is out of range")]
    [InlineData("10.5.0.0/16", "fd00::1", null, null, "failed to allocate gateway (fd00::1): Requested address is out of range")]
    [InlineData("10.5.0.0/16", "10.5.0.0", null, null, "failed to allocate gateway (10.5.0.0): Address already in use")]
    [InlineData("10.5.0.0/16", "10.5.255.255", null, null, "failed to allocate gateway (10.5.255.255): Address already in use")]
    [InlineData("fd00:1::/64", "fd00:1::", null, null, "failed to allocate gateway (fd00:1::): Address already in use")]
    [InlineData("10.5.0.0/32", null, null, null, "failed to allocate gateway (): No available addresses on this pool")]
    [InlineData("255.255.255.255/32", null, null, null, "No available addresses on this pool")]
    [InlineData("10.5.0.1/32", "10.5.0.1", null, null, "No available addresses on this pool")]
    [InlineData("10.5.0.0/31", null, null, null, "No available addresses on this pool")]
    [InlineData("fd00:1::/128", null, null, null, "failed to allocate gateway (fd00:1::1): Requested address is out of range")]
    [InlineData("fd00:1::/127", null, null, null, "no address is left for a container")]
    [InlineData("10.5.0.0/30", null, null, "10.5.0.2", "no address is left for a container")]
    [InlineData("10.5.0.0/16", null, "10.5.0.0/32", null, "no address is left for a container")]
    [InlineData("10.5.0.0/16", null, "10.6.0.0/24", null, "pool range 10.6.0.0/24 is not in the subnet 10.5.0.0/16")]
    [InlineData("10.5.0.0/16", null, "10.0.0.0/8", null, "pool range 10.0.0.0/8 is not in the subnet 10.5.0.0/16")]
    [InlineData("10.5.0.0/16", null, null, "10.5.0.1", "failed to allocate secondary ip address (aux:10.5.0.1): Address already in use")]
    [InlineData("10.5.0.0/16", null, null, "10.5.255.255", "failed to allocate secondary ip address (aux:10.5.255.255)")]
    [InlineData("0.0.0.0/8", null, null, null, "invalid subnet 0.0.0.0/8: 0.0.0.0/8 are addresses of this host")]
    [InlineData("127.0.0.0/8", null, null, null, "127.0.0.0/8 are loopback addresses")]
    [InlineData("127.5.0.0/16", null, null, null, "127.0.0.0/8 are loopback addresses")]
    [InlineData("64.0.0.0/2", null, null, null, "127.0.0.0/8 are loopback addresses")]
    [InlineData("224.0.0.0/8", null, null, null, "224.0.0.0/4 are multicast addresses")]
    [InlineData("239.1.0.0/16", null, null, null, "224.0.0.0/4 are multicast addresses")]
    [InlineData("ff00::/64", null, null, null, "ff00::/8 are multicast addresses")]
    [InlineData("::ffff:10.0.0.0/112", null, null, null, "IPv4 addresses in the form of IPv6")]
    public void WhatNoContainerCanBeIn(string subnet, string? gateway, string? range, string? reserved, string expected) =>
        Assert.Contains(expected, Refused(ErrorKind.InvalidArgument, subnet, gateway, range, reserved));

    [Theory]
    [InlineData("10.5.0.0/16", "10.6.0.1", "auxiliary address: (aux:10.6.0.1) must belong to the master pool: 10.5.0.0/16")]
    [InlineData("10.4.0.0/14", null, "Pool overlaps with other one on this address space")]
    public void WhatDockerForbids(string subnet, string? reserved, string expected) =>
        Assert.Equal(expected, Refused(ErrorKind.Forbidden, subnet, null, null, reserved));

    [Theory]
    [InlineData("10.5.0.0/30", null, null, null)]
    [InlineData("10.5.0.0/16", "10.5.255.254", "10.5.4.4/32", "10.5.0.1")]
    [InlineData("169.254.0.0/16", null, null, null)]
    [InlineData("240.0.0.0/8", null, null, null)]
    [InlineData("fd00:1::/126", null, null, null)]
    [InlineData("fe80::/64", null, null, null)]
    public void WhatIsPossible(string subnet, string? gateway, string? range, string? reserved) =>
        Check(subnet, gateway, range, reserved);

    [Fact]
    public void WhatLiesInASubnetNeedsTheSubnet() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        void IsRefused(ErrorKind kind, params PoolRequest[] pools) => Assert.Equal(kind, Assert.Throws<GantryException>(() =>
            controller.CreateAsync(new NetworkRequest { Name = "one", Pools = pools }, default).GetAwaiter().GetResult()).Kind);
        IsRefused(ErrorKind.InvalidArgument, new PoolRequest { Gateway = IPAddress.Parse("10.5.0.1") });
        IsRefused(ErrorKind.InvalidArgument, Wiring.Pool("10.5.0.0/16") with { Subnet = null, Range = Wiring.Pool("10.5.1.0/24").Subnet });
        IsRefused(ErrorKind.Forbidden, Wiring.Pool("10.5.0.0/16"), Wiring.Pool("10.5.7.0/24"));
        controller.CreateAsync(new NetworkRequest { Name = "one", Pools = [new PoolRequest()] }, default).GetAwaiter().GetResult();
    });

    private static string Refused(ErrorKind kind, string subnet, string? gateway, string? range, string? reserved)
    {
        GantryException refused = Assert.Throws<GantryException>(() => Check(subnet, gateway, range, reserved));
        Assert.Equal(kind, refused.Kind);
        return refused.Message;
    }

    private static void Check(string subnet, string? gateway, string? range, string? reserved)
    {
        PoolRequest asked = Wiring.Pool(subnet, gateway, range);
        PoolRules.Check(new AddressPool
        {
            Subnet = asked.Subnet!.Value,
            Gateway = asked.Gateway ?? asked.Subnet.Value.At(1),
            Range = asked.Range,
            Reserved = reserved is null ? null : new Dictionary<string, IPAddress> { ["aux"] = IPAddress.Parse(reserved) },
        }, [new AddressPool { Subnet = Wiring.Pool("10.7.0.0/16").Subnet!.Value }]);
    }
}
