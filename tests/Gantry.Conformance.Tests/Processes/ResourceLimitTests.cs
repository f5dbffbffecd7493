using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

public sealed class ResourceLimitTests
{
    [Theory, EveryRuntime]
    public async Task EveryKindIsSet(string runtime)
    {
        (string Name, string Title)[] kinds =
        [
            ("RLIMIT_CPU", "Max cpu time"), ("RLIMIT_FSIZE", "Max file size"), ("RLIMIT_DATA", "Max data size"),
            ("RLIMIT_STACK", "Max stack size"), ("RLIMIT_CORE", "Max core file size"),
            ("RLIMIT_RSS", "Max resident set"), ("RLIMIT_NOFILE", "Max open files"), ("RLIMIT_MEMLOCK", "Max locked memory"),
            ("RLIMIT_AS", "Max address space"), ("RLIMIT_LOCKS", "Max file locks"),
            ("RLIMIT_SIGPENDING", "Max pending signals"), ("RLIMIT_MSGQUEUE", "Max msgqueue size"), ("RLIMIT_NICE", "Max nice priority"),
            ("RLIMIT_RTPRIO", "Max realtime priority"), ("RLIMIT_RTTIME", "Max realtime timeout"),
        ];
        await using Bundle bundle = new(runtime, "cat /proc/self/limits");
        // Each its own pair; small ones where this process has no more to give.
        long[] hard = [.. kinds.Select((k, i) => k.Name switch { "RLIMIT_NICE" or "RLIMIT_RTPRIO" => 0L, "RLIMIT_NOFILE" => 1000,
            "RLIMIT_MEMLOCK" or "RLIMIT_MSGQUEUE" => 4096, "RLIMIT_SIGPENDING" => 100, "RLIMIT_CPU" => 60, _ => 1L << 30 })];
        for (int i = 0; i < kinds.Length; i++)
            bundle.Add("process.rlimits", $$"""{"type":"{{kinds[i].Name}}","hard":{{hard[i]}},"soft":{{hard[i] / 2}}}""");
        string[] lines = (await bundle.Output()).Split('\n');
        for (int i = 0; i < kinds.Length; i++)
            Assert.Matches($"^{kinds[i].Title} +{hard[i] / 2} +{hard[i]} ",
                lines.Single(l => l.StartsWith(kinds[i].Title, StringComparison.Ordinal)));
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownKindIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Add("process.rlimits", """{"type":"RLIMIT_PATIENCE","hard":1,"soft":1}""");
        Assert.Contains("RLIMIT_PATIENCE", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AnExecHasThem(string runtime)
    {
        // Not the number of files: Go raises its own at its start, and with runc now and then the command's.
        await using Bundle bundle = new Bundle(runtime).Add("process.rlimits", """{"type":"RLIMIT_CORE","hard":102400,"soft":51200}""");
        await bundle.Start();
        Assert.Equal("100", (await bundle.Exec("sh", "-c", "ulimit -c")).Succeeded());
    }
}
