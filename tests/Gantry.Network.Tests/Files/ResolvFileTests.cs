using Gantry.Network.Files;

namespace Gantry.Network.Tests.Files;

public sealed class ResolvFileTests
{
    private const string Host = "# made by hand\nnameserver 10.0.0.1\nnameserver 127.0.0.53\nnameserver fd00::53\ndomain old.org\nsearch "
        + "a.org b.org\noptions ndots:2 edns0\n";

    [Fact]
    public void TheHostsFileWithoutWhatOnlyTheHostReaches() =>
        Assert.Equal("nameserver 10.0.0.1\nsearch a.org b.org\noptions ndots:2 edns0\n", ResolvFile.Build(Host, [], [], []));

    [Fact]
    public void WithAnIPv6AddressItsServersAreKept() =>
        Assert.Contains("nameserver fd00::53\n", ResolvFile.Build(Host, [], [], [], ipv6: true));

    [Theory]
    [InlineData("nameserver 127.0.0.1\n")]
    [InlineData("nameserver ::1\nnameserver fe80::1%eth0\n")]
    [InlineData("")]
    public void WithoutAnyServerPublicOnesAreTaken(string host) =>
        Assert.Equal("nameserver 8.8.8.8\nnameserver 8.8.4.4\n", ResolvFile.Build(host, [], [], []));

    [Fact]
    public void WhatIsAskedForReplacesTheHosts() =>
        Assert.Equal("nameserver 127.0.0.11\nnameserver 1.1.1.1\nsearch c.org\noptions ndots:0\n",
            ResolvFile.Build(Host, ["127.0.0.11", "1.1.1.1"], ["c.org"], ["ndots:0"]));

    [Fact]
    public void ADotMeansNoSearchAtAll() => Assert.DoesNotContain("search", ResolvFile.Build(Host, [], ["."], []));

    [Fact]
    public void OnTheHostsNetworkItIsTheHostsFile()
    {
        Assert.Equal(Host, ResolvFile.Build(Host, [], [], [], ownNamespace: false));
        Assert.StartsWith("nameserver 10.0.0.1\nnameserver 127.0.0.53\n", ResolvFile.Build(Host, [], ["c.org"], [], ownNamespace: false));
    }

    [Fact]
    public void AServerMustBeAnAddress() => Assert.Throws<GantryException>(() => ResolvFile.Build(Host, ["dns.example.org"], [], []));
}
