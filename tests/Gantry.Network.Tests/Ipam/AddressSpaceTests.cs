using System.Net;
using Gantry.Network.Ipam;

namespace Gantry.Network.Tests.Ipam;

public sealed class AddressSpaceTests
{
    [Fact]
    public void TheLowestFreeAddressIsHandedOut()
    {
        AddressSpace space = new(Subnet.Parse("10.1.2.0/29"));
        space.Reserve(IPAddress.Parse("10.1.2.1"));
        Assert.Equal(["10.1.2.2", "10.1.2.3", "10.1.2.4"], Enumerable.Range(0, 3).Select(_ => space.Allocate().ToString()));
        space.Free(IPAddress.Parse("10.1.2.3"));
        Assert.Equal("10.1.2.3", space.Allocate().ToString());
        Assert.Equal("10.1.2.5", space.Allocate().ToString());
    }

    [Fact]
    public void NetworkAndBroadcastAddressesAreNotHandedOutAndAFullSubnetSaysSo()
    {
        AddressSpace space = new(Subnet.Parse("10.1.2.0/30"));
        Assert.Equal("10.1.2.1", space.Allocate().ToString());
        Assert.Equal("10.1.2.2", space.Allocate().ToString());
        GantryException error = Assert.Throws<GantryException>(() => space.Allocate());
        Assert.Equal("no available IPv4 addresses on this network's address pools: 10.1.2.0/30", error.Message);
    }

    [Fact]
    public void ARangeBoundsTheChoiceButNotTheWish()
    {
        AddressSpace space = new(Subnet.Parse("10.1.0.0/16"), Subnet.Parse("10.1.9.0/30"));
        Assert.Equal("10.1.9.0", space.Allocate().ToString());
        space.Reserve(IPAddress.Parse("10.1.200.200"));
        Assert.Throws<GantryException>(() => space.Reserve(IPAddress.Parse("10.1.200.200")));
        Assert.Throws<GantryException>(() => space.Reserve(IPAddress.Parse("10.2.0.1")));
        Assert.Throws<GantryException>(() => new AddressSpace(Subnet.Parse("10.1.0.0/16"), Subnet.Parse("10.2.0.0/24")));
    }

    [Fact]
    public void IPv6SubnetsAreTooLargeToCountAndWorkAllTheSame()
    {
        AddressSpace space = new(Subnet.Parse("fd00:1::/64"));
        Assert.Equal("fd00:1::1", space.Allocate().ToString());
        space.Reserve(IPAddress.Parse("fd00:1::ffff:ffff:ffff:ffff"));
        Assert.Equal("fd00:1::2", space.Allocate().ToString());
    }
}
