using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Networks;

public sealed class BridgeTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task AnAddressOfTheBridgeAndTheBridgeAsGateway(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        string address = await engine.Inspect(container, "{{.NetworkSettings.IPAddress}}");
        Assert.Matches(@"^172\.17\.\d+\.\d+$", address);
        Assert.Equal("172.17.0.1 16", await engine.Inspect(container, "{{.NetworkSettings.Gateway}} {{.NetworkSettings.IPPrefixLen}}"));
        Assert.Equal(address, await engine.Inspect(container, "{{.NetworkSettings.Networks.bridge.IPAddress}}"));
        Assert.Contains($"inet {address}/16", await engine.Ok("exec", container, "ip", "addr", "show", "eth0"));
        Assert.Contains("default via 172.17.0.1 dev eth0", await engine.Ok("exec", container, "ip", "route"));
        Assert.Contains(await engine.Inspect(container, "{{.NetworkSettings.MacAddress}}"),
            await engine.Ok("exec", container, "ip", "link", "show", "eth0"));
    }

    [Theory, EveryEngine]
    public async Task HostAndContainersReachEachOther(string name)
    {
        await using Engine engine = await Use(name);
        string first = await engine.RunIdle(), second = await engine.RunIdle();
        string firstAddress = await engine.Inspect(first, "{{.NetworkSettings.IPAddress}}"),
            secondAddress = await engine.Inspect(second, "{{.NetworkSettings.IPAddress}}");
        Assert.NotEqual(firstAddress, secondAddress);
        await engine.Ok("exec", first, "ping", "-c", "1", "-W", "3", secondAddress);
        await engine.Ok("exec", second, "ping", "-c", "1", "-W", "3", "172.17.0.1");
        (await engine.Machine.Run("busybox", "ping", "-c", "1", "-W", "3", firstAddress)).Succeeded();
    }

    [Theory, EveryEngine]
    public async Task TheWorldSeesTheHostsAddress(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        await using RunningProcess world = engine.Machine.StartOutside("perl", "-MIO::Socket::INET", "-e", $$"""
            $s = IO::Socket::INET->new(LocalPort => {{port}}, Listen => 5) or die;
            $| = 1; print "listening\n";
            while ($c = $s->accept) { print $c "you are ", $c->peerhost, "\n"; close $c }
            """);
        await world.Shows("listening");
        // The world has no route to 172.17.0.0/16: that an answer comes at all shows the translation.
        string ask = $"nc -w 60 {SmallMachine.OutsideAddress} {port} </dev/null";
        Assert.Equal($"you are {SmallMachine.Address}", await engine.Ok("run", "--rm", "busybox", "sh", "-c", ask));
    }

    [Theory, EveryEngine]
    public async Task ResolvConfAndHostsAreGiven(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--hostname", "named", "--add-host", "elsewhere:192.0.2.77", "--dns", "192.0.2.53",
            "--dns-search", "example.org");
        string address = await engine.Inspect(container, "{{.NetworkSettings.IPAddress}}");
        string hosts = await engine.Ok("exec", container, "cat", "/etc/hosts");
        Assert.Matches($@"(?m)^127\.0\.0\.1\s+localhost", hosts);
        Assert.Matches($@"(?m)^{address}\s+named", hosts);
        Assert.Matches(@"(?m)^192\.0\.2\.77\s+elsewhere", hosts);
        string resolv = await engine.Ok("exec", container, "cat", "/etc/resolv.conf");
        Assert.Contains("nameserver 192.0.2.53", resolv);
        Assert.Contains("search example.org", resolv);
        Assert.Equal("named", await engine.Ok("exec", container, "cat", "/etc/hostname"));
    }

    [Theory, EveryEngine]
    public async Task HostNetworkIsTheHosts(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--network", "host");
        string process = await engine.Inspect(container, "{{.State.Pid}}");
        Assert.Equal(new FileInfo($"/proc/{engine.Daemon.ProcessId}/ns/net").LinkTarget,
            new FileInfo($"/proc/{process}/ns/net").LinkTarget);
        Assert.Equal(Environment.MachineName, await engine.Ok("exec", container, "hostname"));
    }

    [Theory, EveryEngine]
    public async Task TheDefaultNetworksAreListed(string name)
    {
        await using Engine engine = await Use(name);
        ApiClient.Answer answer = await engine.Api.Get("/v1.41/networks");
        // Other tests make networks of the same daemon meanwhile.
        IEnumerable<string> names = answer.Json.AsArray().Select(n => n!["Name"]!.GetValue<string>())
            .Where(n => !n.Contains('-'));
        Assert.Equal("bridge host none", string.Join(' ', names.Order(StringComparer.Ordinal)));
        ApiClient.Answer bridge = await engine.Api.Get("/v1.41/networks/bridge");
        Assert.Equal("172.17.0.0/16", bridge.Json["IPAM"]!["Config"]![0]!["Subnet"]!.GetValue<string>());
    }
}
