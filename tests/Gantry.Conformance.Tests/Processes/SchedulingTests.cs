using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

public sealed class SchedulingTests
{
    // Of /proc/PID/stat, counted from behind the name: nice is 19, real-time priority 40, policy 41.
    private static string[] Stat(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        return ["", "", .. stat[(stat.LastIndexOf(')') + 1)..].Split(' ')];
    }

    [Theory, EveryRuntime("IOPRIO_CLASS_BE|best-effort: prio 3", "IOPRIO_CLASS_IDLE|idle")]
    public async Task ThePriorityOfInputAndOutputIsSet(string runtime, string @case)
    {
        string[] parts = @case.Split('|');
        await using Bundle bundle = new Bundle(runtime, "ionice").Set("process.ioPriority", $$"""{"class":"{{parts[0]}}","priority":3}""");
        Assert.StartsWith(parts[1], await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownClassIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Set("process.ioPriority", """{"class":"IOPRIO_CLASS_FAST","priority":3}""");
        Assert.Contains("IOPRIO_CLASS_FAST", await bundle.Refused());
    }

    [Theory, EveryRuntime("SCHED_BATCH|3", "SCHED_IDLE|5", "SCHED_OTHER|0")]
    public async Task ThePolicyIsSet(string runtime, string @case)
    {
        string[] parts = @case.Split('|');
        await using Bundle bundle = new Bundle(runtime).Set("process.scheduler", $$"""{"policy":"{{parts[0]}}","nice":5}""");
        string[] stat = Stat(await bundle.Start());
        Assert.Equal(parts[1], stat[41]);
        if (parts[0] != "SCHED_IDLE") Assert.Equal("5", stat[19]);
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownPolicyIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Set("process.scheduler", """{"policy":"SCHED_FAST"}""");
        Assert.Contains("SCHED_FAST", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AnExecRunsOnItsProcessors(string runtime)
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "needs two processors");
        await using Bundle bundle = new Bundle(runtime).Set("process.execCPUAffinity", """{"initial":"0","final":"1"}""");
        await bundle.Start();
        Assert.Equal("1", (await bundle.Exec("sh", "-c", "grep Cpus_allowed_list /proc/self/status | cut -f2")).Succeeded());
        Assert.NotEqual("1", (await bundle.Exec("sh", "-c", "grep Cpus_allowed_list /proc/1/status | cut -f2")).Succeeded());
    }
}
