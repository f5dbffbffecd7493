using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Namespaces;

public sealed class NamespaceTests
{
    private static string HostsOwn(string file) => File.ResolveLinkTarget($"/proc/self/ns/{file}", false)!.Name;

    private static string FileOf(string type) => type switch { "network" => "net", "mount" => "mnt", _ => type };

    [Theory, EveryRuntime("pid", "network", "mount", "ipc", "uts", "cgroup")]
    public async Task ANewOneIsNotTheHosts(string runtime, string type)
    {
        await using Bundle bundle = new Bundle(runtime, $"readlink /proc/self/ns/{FileOf(type)}").Namespace(type);
        string inside = await bundle.Output();
        Assert.StartsWith($"{FileOf(type)}:[", inside);
        Assert.NotEqual(HostsOwn(FileOf(type)), inside);
    }

    [Theory, EveryRuntime("pid", "network", "ipc", "uts", "cgroup", "user")]
    public async Task WhatIsNotListedIsTheHosts(string runtime, string type)
    {
        await using Bundle bundle = new Bundle(runtime, $"readlink /proc/self/ns/{FileOf(type)}").Without(type);
        if (type == "uts") bundle.Config.Remove("hostname");
        Assert.Equal(HostsOwn(FileOf(type)), await bundle.Output());
    }

    [Theory, EveryRuntime("pid", "network", "ipc", "uts")]
    public async Task OneIsJoinedByItsPath(string runtime, string type)
    {
        await using Bundle first = new Bundle(runtime).Namespace(type);
        int pid = await first.Start();
        await using Bundle second =
            new Bundle(runtime, $"readlink /proc/self/ns/{FileOf(type)}").Namespace(type, $"/proc/{pid}/ns/{FileOf(type)}");
        if (type == "uts") second.Config.Remove("hostname");
        Assert.Equal(File.ResolveLinkTarget($"/proc/{pid}/ns/{FileOf(type)}", false)!.Name, await second.Output());
    }

    [Theory, EveryRuntime]
    public async Task InAJoinedPidNamespaceItIsNotTheFirst(string runtime)
    {
        await using Bundle first = new(runtime);
        int pid = await first.Start();
        await using Bundle second = new Bundle(runtime,
            "echo $$; grep -c . /proc/1/cmdline; tr '\\0' ' ' < /proc/1/cmdline").Namespace("pid", $"/proc/{pid}/ns/pid");
        string[] lines = (await second.Output()).Split('\n');
        Assert.True(int.Parse(lines[0]) > 1, lines[0]);
        Assert.Contains("sleep 100", lines[^1]);
    }

    [Theory, EveryRuntime]
    public async Task ANewNetworkHasLoopbackUpAndNothingElse(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime,
            "ip -o addr show up | sed 's/  */ /g' | cut -d' ' -f2,3,4; tail -n +3 /proc/net/dev | cut -d: -f1 | grep -v -e ' lo' -e "
                + "'tunl\\|gre\\|sit\\|ip_vti\\|ip6_vti\\|ip6tnl\\|erspan' || true").Namespace("network");
        string output = await bundle.Output();
        Assert.Contains("lo inet 127.0.0.1/8", output);
        Assert.DoesNotContain("eth", output);
    }

    [Theory, EveryRuntime]
    public async Task HostNameIsSet(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "hostname").Set("hostname", "\"wonder-box\"");
        Assert.Equal("wonder-box", await bundle.Output());
        Assert.NotEqual("wonder-box", Environment.MachineName);
    }

    [Theory, EveryRuntime]
    public async Task DomainNameIsSet(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "cat /proc/sys/kernel/domainname").Set("domainname", "\"example.org\"");
        Assert.Equal("example.org", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AHostNameNeedsANamespaceOfItsOwn(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Without("uts");
        Assert.Contains("UTS namespace", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownTypeIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Namespace("weather");
        Assert.Contains("weather", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task TheSameTypeTwiceIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Add("linux.namespaces", """{"type":"ipc"}""");
        Assert.Contains("ipc", await bundle.Refused(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryRuntime]
    public async Task APathThatIsNotThereIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Namespace("ipc", "/proc/no-such/ns/ipc");
        Assert.Contains("/proc/no-such/ns/ipc", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task APathOfAnotherKindIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Namespace("ipc", "/proc/self/ns/uts");
        await bundle.Refused();
    }

    [Theory, EveryRuntime]
    public async Task ANewCgroupNamespaceHidesThePath(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "cut -d: -f3 /proc/self/cgroup | sort -u").Namespace("cgroup");
        Assert.DoesNotContain(bundle.CgroupParent, await bundle.Output());
    }
}
