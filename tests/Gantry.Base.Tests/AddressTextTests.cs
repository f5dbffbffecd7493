using System.Net;

namespace Gantry.Base.Tests;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("fe80::1", "fe80::1")]
    [InlineData("FD00:0:0:1::A", "fd00:0:0:1::a")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    [InlineData("64:ff9b::10.0.0.1", "64:ff9b::a00:1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:a00:1", "10.0.0.1")]
    public void AnAddressIsRead(string text, string address)
    {
        Assert.True(AddressText.TryParse(text, out IPAddress? read));
        Assert.Equal(IPAddress.Parse(address), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("80")]
    [InlineData("10.5")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.+4")]
    [InlineData("1.2.3.-4")]
    [InlineData("1.2.3.4 ")]
    [InlineData(" 1.2.3.4")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.01")]
    [InlineData("10.0.0.00")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("0x0a000001")]
    [InlineData("1.2.3.4/8")]
    [InlineData("1.2.3.4:80")]
    [InlineData("1.2.3.\u0664")]
    [InlineData("localhost")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("::1%lo")]
    [InlineData("fe80::1%1")]
    [InlineData("::1/128")]
    [InlineData(":1::2")]
    [InlineData("1::2:")]
    [InlineData("1::2::3")]
    [InlineData("::1::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData("1:2:3:4:5:6:7:8:")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7::8")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("00001::")]
    [InlineData("g::")]
    [InlineData("0x1::")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("1:2:3:4:5:1.2.3.4")]
    [InlineData("::1.2.3")]
    [InlineData("::01.2.3.4")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("::1.2.3.4.5")]
    public void WhatGoDoesNotTakeIsNone(string text) => Assert.False(AddressText.IsAddress(text));

    [Fact]
    public void AnAddressKeepsItsFormWhereThatCounts()
    {
        Assert.True(AddressText.TryParse("::ffff:10.0.0.1", out IPAddress? address, keepForm: true));
        Assert.Equal("::ffff:10.0.0.1", address.ToString());
    }

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3/32", "10.1.2.3/32")]
    [InlineData("10.1.2.3/0", "0.0.0.0/0")]
    [InlineData("fd00::1/64", "fd00::/64")]
    [InlineData("::ffff:0:0/96", "::ffff:0.0.0.0/96")]
    public void ANetworkIsTheOneThatTheAddressIsIn(string text, string network)
    {
        Assert.True(AddressText.TryParseNetwork(text, out IPNetwork read));
        Assert.Equal(IPNetwork.Parse(network), read);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("10.1.2.3/")]
    [InlineData("10.1.2.3/33")]
    [InlineData("10.1.2.3/-1")]
    [InlineData("10.1.2.3/+8")]
    [InlineData("10.1.2.3/8 ")]
    [InlineData("10.1.2.3/8/8")]
    [InlineData("10.1.2.3/255.0.0.0")]
    [InlineData("10.1/16")]
    [InlineData("010.1.2.3/8")]
    [InlineData("fd00::1/129")]
    [InlineData("fd00::1%1/64")]
    [InlineData("/8")]
    public void WhatIsNoAddressWithItsPrefixIsNoNetwork(string text) => Assert.False(AddressText.TryParseNetwork(text, out _));
}
