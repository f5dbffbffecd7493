using System.Net;
using Gantry.Network.Files;

namespace Gantry.Network.Tests.Files;

public sealed class HostsFileTests
{
    private const string Head = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost "
        + "ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    private static readonly IPAddress Own = IPAddress.Parse("172.17.0.2"), Gateway = IPAddress.Parse("172.17.0.1");

    [Fact]
    public void OwnNamesComeLast() =>
        Assert.Equal(Head + "1.2.3.4\tdb\n172.17.0.2\tabc\n", HostsFile.Build("abc", "", [Own], ["db:1.2.3.4"], Gateway));

    [Theory]
    [InlineData("web", "example.org", "web.example.org web")]
    [InlineData("web.example.org", "", "web.example.org web")]
    [InlineData("web", null, "web")]
    public void Names(string hostname, string? domainname, string expected) =>
        Assert.EndsWith($"172.17.0.2\t{expected}\n", HostsFile.Build(hostname, domainname, [Own], [], null));

    [Theory]
    [InlineData("h:host-gateway", "172.17.0.1\th")]
    [InlineData("h=10.0.0.1", "10.0.0.1\th")]
    [InlineData("h:fd00::1", "fd00::1\th")]
    [InlineData("h:[fd00::1]", "fd00::1\th")]
    public void ExtraHosts(string extra, string expected) =>
        Assert.Contains($"\n{expected}\n", HostsFile.Build("abc", "", [], [extra], Gateway));

    [Theory]
    [InlineData("h")]
    [InlineData(":1.2.3.4")]
    [InlineData("h:")]
    [InlineData("h:nowhere")]
    [InlineData("a b:1.2.3.4")]
    [InlineData("a\n9.9.9.9 bank:1.2.3.4")]
    public void WhatIsNoHostIsRefused(string extra) => Assert.Throws<GantryException>(() => HostsFile.Build("abc", "", [], [extra], null));

    [Fact]
    public void OnTheHostsNetworkItIsTheHostsFile() =>
        Assert.Equal("127.0.0.1 here\n1.2.3.4\tdb\n", HostsFile.BuildForHostNetwork("127.0.0.1 here", ["db:1.2.3.4"], null));
}
