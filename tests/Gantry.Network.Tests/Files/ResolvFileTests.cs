namespace Gantry.Network.Tests;

public sealed class ResolvFileTests
{
    private const string Host = "# made by hand\nnameserver 10.0.0.1\nnameserver 127.0.0.53\nnameserver fd00::53\ndomain old.org\nsearch a.org b.org\noptions ndots:2 edns0\n";

    [Fact]
    public void The_hosts_file_without_what_only_the_host_reaches() =>
        Assert.Equal("nameserver 10.0.0.1\nsearch a.org b.org\noptions ndots:2 edns0\n", ResolvFile.Build(Host, [], [], []));

    [Fact]
    public void With_an_IPv6_address_its_servers_are_kept() => Assert.Contains("nameserver fd00::53\n", ResolvFile.Build(Host, [], [], [], ipv6: true));

    [Theory]
    [InlineData("nameserver 127.0.0.1\n")]
    [InlineData("nameserver ::1\nnameserver fe80::1%eth0\n")]
    [InlineData("")]
    public void Without_any_server_public_ones_are_taken(string host) => Assert.Equal("nameserver 8.8.8.8\nnameserver 8.8.4.4\n", ResolvFile.Build(host, [], [], []));

    [Fact]
    public void What_is_asked_for_replaces_the_hosts() =>
        Assert.Equal("nameserver 127.0.0.11\nnameserver 1.1.1.1\nsearch c.org\noptions ndots:0\n", ResolvFile.Build(Host, ["127.0.0.11", "1.1.1.1"], ["c.org"], ["ndots:0"]));

    [Fact]
    public void A_dot_means_no_search_at_all() => Assert.DoesNotContain("search", ResolvFile.Build(Host, [], ["."], []));

    [Fact]
    public void On_the_hosts_network_it_is_the_hosts_file()
    {
        Assert.Equal(Host, ResolvFile.Build(Host, [], [], [], ownNamespace: false));
        Assert.StartsWith("nameserver 10.0.0.1\nnameserver 127.0.0.53\n", ResolvFile.Build(Host, [], ["c.org"], [], ownNamespace: false));
    }

    [Fact]
    public void A_server_must_be_an_address() => Assert.Throws<GantryException>(() => ResolvFile.Build(Host, ["dns.example.org"], [], []));
}
