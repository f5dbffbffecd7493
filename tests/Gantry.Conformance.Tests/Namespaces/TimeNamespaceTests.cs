using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Namespaces;

public sealed class TimeNamespaceTests
{
    private const string Offsets = """{"monotonic":{"secs":7200,"nanosecs":5},"boottime":{"secs":604800}}""";

    [Theory, EveryRuntime]
    public async Task ANewOneIsNotTheHosts(string runtime)
    {
        Needs.NamespaceKind("time");
        await using Bundle bundle = new Bundle(runtime, "readlink /proc/self/ns/time").Namespace("time");
        Assert.NotEqual(File.ResolveLinkTarget("/proc/self/ns/time", false)!.Name, await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task OffsetsMoveTheClocks(string runtime)
    {
        Needs.NamespaceKind("time");
        await using Bundle bundle = new Bundle(runtime,
            "cat /proc/self/timens_offsets | while read a b c; do echo $a $b $c; done; cut -d. -f1 /proc/uptime").Namespace("time")
                .Set("linux.timeOffsets", Offsets);
        string[] lines = (await bundle.Output()).Split('\n');
        Assert.Equal(["monotonic 7200 5", "boottime 604800 0"], lines[..2]);
        Assert.InRange(long.Parse(lines[2]), 604800 + Environment.TickCount64 / 1000 - 600, 604800 + Environment.TickCount64 / 1000 + 600);
    }

    [Theory, EveryRuntime]
    public async Task AnExecHasTheSameClocks(string runtime)
    {
        Needs.NamespaceKind("time");
        await using Bundle bundle = new Bundle(runtime).Namespace("time").Set("linux.timeOffsets", Offsets);
        int pid = await bundle.Start();
        Assert.Equal(File.ResolveLinkTarget($"/proc/{pid}/ns/time", false)!.Name,
            (await bundle.Exec("readlink", "/proc/self/ns/time")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task OneIsJoinedByItsPath(string runtime)
    {
        Needs.NamespaceKind("time");
        await using Bundle first = new Bundle(runtime).Namespace("time").Set("linux.timeOffsets", Offsets);
        int pid = await first.Start();
        await using Bundle second = new Bundle(runtime, "readlink /proc/self/ns/time").Namespace("time", $"/proc/{pid}/ns/time");
        Assert.Equal(File.ResolveLinkTarget($"/proc/{pid}/ns/time", false)!.Name, await second.Output());
    }

    [Theory, EveryRuntime]
    public async Task OffsetsNeedANewNamespace(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.timeOffsets", Offsets);
        Assert.Contains("time", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownClockIsRefused(string runtime)
    {
        Needs.NamespaceKind("time");
        await using Bundle bundle = new Bundle(runtime, "true").Namespace("time").Set("linux.timeOffsets", """{"realtime":{"secs":1}}""");
        Assert.Contains("realtime", await bundle.Refused());
    }
}
