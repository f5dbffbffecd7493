using System.Net;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;

namespace Gantry.Network.Tests.Ipam;

public sealed class SubnetTests
{
    [Theory]
    [InlineData("10.1.2.3/16", "10.1.0.0/16")]
    [InlineData("172.17.0.1/32", "172.17.0.1/32")]
    [InlineData("10.1.2.3/0", "0.0.0.0/0")]
    [InlineData("fd00::5/64", "fd00::/64")]
    public void HostBitsAreDropped(string text, string expected) => Assert.Equal(expected, Subnet.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("fd00::/129")]
    [InlineData("x/8")]
    public void WhatIsNoSubnetIsRefused(string text) =>
        Assert.Equal($"invalid CIDR address: {text}", Assert.Throws<GantryException>(() => Subnet.Parse(text)).Message);

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.0/16", true)]
    [InlineData("10.255.0.0/16", "10.0.0.0/8", true)]
    [InlineData("10.0.0.0/16", "10.1.0.0/16", false)]
    [InlineData("0.0.0.0/0", "10.1.0.0/16", true)]
    [InlineData("::/0", "10.1.0.0/16", false)]
    public void Overlaps(string one, string other, bool expected) =>
        Assert.Equal(expected, Subnet.Parse(one).Overlaps(Subnet.Parse(other)));

    [Fact]
    public void DefaultPoolsSkipWhatIsTakenButNotForADefaultRoute()
    {
        Assert.Equal("172.17.0.0/16", DefaultPools.FirstFree([Subnet.Parse("0.0.0.0/0"), Subnet.Parse("::/0")]).ToString());
        Assert.Equal("192.168.16.0/20", DefaultPools.FirstFree([Subnet.Parse("172.16.0.0/12"), Subnet.Parse("192.168.1.0/24")]).ToString());
        Assert.Throws<GantryException>(() => DefaultPools.FirstFree([Subnet.Parse("172.16.0.0/12"), Subnet.Parse("192.168.0.0/16")]));
    }

    [Fact]
    public void AMACAddressFollowsFromTheAddress() =>
        Assert.Equal("02:42:ac:11:00:02", MacAddresses.Text(MacAddresses.For(IPAddress.Parse("172.17.0.2"))));
}
