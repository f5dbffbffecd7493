using System.Net;

namespace Gantry.Network.Tests;

public sealed class AddressSpaceTests
{
    [Fact]
    public void The_lowest_free_address_is_handed_out()
    {
        AddressSpace space = new(Subnet.Parse("10.1.2.0/29"));
        space.Reserve(IPAddress.Parse("10.1.2.1"));
        Assert.Equal(["10.1.2.2", "10.1.2.3", "10.1.2.4"], Enumerable.Range(0, 3).Select(_ => space.Allocate().ToString()));
        space.Free(IPAddress.Parse("10.1.2.3"));
        Assert.Equal("10.1.2.3", space.Allocate().ToString());
        Assert.Equal("10.1.2.5", space.Allocate().ToString());
    }

    [Fact]
    public void Network_and_broadcast_addresses_are_not_handed_out_and_a_full_subnet_says_so()
    {
        AddressSpace space = new(Subnet.Parse("10.1.2.0/30"));
        Assert.Equal("10.1.2.1", space.Allocate().ToString());
        Assert.Equal("10.1.2.2", space.Allocate().ToString());
        GantryException error = Assert.Throws<GantryException>(() => space.Allocate());
        Assert.Equal("no available IPv4 addresses on this network's address pools: 10.1.2.0/30", error.Message);
    }

    [Fact]
    public void A_range_bounds_the_choice_but_not_the_wish()
    {
        AddressSpace space = new(Subnet.Parse("10.1.0.0/16"), Subnet.Parse("10.1.9.0/30"));
        Assert.Equal("10.1.9.0", space.Allocate().ToString());
        space.Reserve(IPAddress.Parse("10.1.200.200"));
        Assert.Throws<GantryException>(() => space.Reserve(IPAddress.Parse("10.1.200.200")));
        Assert.Throws<GantryException>(() => space.Reserve(IPAddress.Parse("10.2.0.1")));
        Assert.Throws<GantryException>(() => new AddressSpace(Subnet.Parse("10.1.0.0/16"), Subnet.Parse("10.2.0.0/24")));
    }

    [Fact]
    public void IPv6_subnets_are_too_large_to_count_and_work_all_the_same()
    {
        AddressSpace space = new(Subnet.Parse("fd00:1::/64"));
        Assert.Equal("fd00:1::1", space.Allocate().ToString());
        space.Reserve(IPAddress.Parse("fd00:1::ffff:ffff:ffff:ffff"));
        Assert.Equal("fd00:1::2", space.Allocate().ToString());
    }
}
