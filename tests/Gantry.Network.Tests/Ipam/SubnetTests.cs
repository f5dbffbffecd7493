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
        static string First(params string[] taken) => $"{DefaultPools.FirstFree(DefaultPools.Usual, taken.Select(Subnet.Parse))}";
        Assert.Equal("172.17.0.0/16", First("0.0.0.0/0", "::/0"));
        Assert.Equal("192.168.16.0/20", First("172.16.0.0/12", "192.168.1.0/24"));
        Assert.Throws<GantryException>(() => First("172.16.0.0/12", "192.168.0.0/16"));
    }

    [Theory]
    [InlineData("10.77.0.0/16", 24, "", "10.77.0.0/24")]
    [InlineData("10.77.0.0/16", 24, "10.77.0.0/23 10.77.2.128/25", "10.77.3.0/24")]
    [InlineData("10.77.0.0/16", 24, "10.77.0.0/16", null)]
    [InlineData("10.77.0.0/16", 24, "10.0.0.0/8", null)]
    [InlineData("10.77.0.0/24", 24, "10.77.0.9/32", null)]
    [InlineData("10.0.0.0/8", 30, "10.0.0.0/9 10.128.0.0/10", "10.192.0.0/30")]
    [InlineData("0.0.0.0/1", 30, "0.0.0.0/2 64.0.0.0/2", null)]
    [InlineData("fd00::/8", 126, "fd00::/9 fd80::/64", "fd80:0:0:1::/126")]
    [InlineData("::/0", 126, "::/1 8000::/1", null)]
    public void APoolGivesTheFirstOfItsSubnetsThatNobodyHas(string pool, int size, string taken, string? first) =>
        Assert.Equal(first, new SubnetPool(Subnet.Parse(pool), size)
            .FirstFree([.. taken.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Subnet.Parse)])?.ToString());

    [Fact]
    public void IPv6ComesFromAPoolWhereThereIsOne()
    {
        SubnetPool pool = new(Subnet.Parse("fd77::/63"), 64);
        Assert.StartsWith("fd", $"{DefaultPools.FirstFree6(DefaultPools.Usual, [])}");
        Assert.Equal("fd77:0:0:1::/64", $"{DefaultPools.FirstFree6([pool], [Subnet.Parse("fd77::/64")])}");
        Assert.Equal(ErrorKind.Conflict,
            Assert.Throws<GantryException>(() => DefaultPools.FirstFree6([pool], [Subnet.Parse("fd77::/48")])).Kind);
    }

    [Fact]
    public void AMACAddressFollowsFromTheAddress() =>
        Assert.Equal("02:42:ac:11:00:02", MacAddresses.Text(MacAddresses.For(IPAddress.Parse("172.17.0.2"))));
}
