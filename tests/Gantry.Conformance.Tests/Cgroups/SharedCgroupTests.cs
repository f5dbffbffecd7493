using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

/// <summary>The cgroup's path is the caller's choice: another container may be in there, or anybody.</summary>
public sealed class SharedCgroupTests
{
    private static Bundle Beside(Bundle first, string runtime, string script = "sleep 100")
    {
        // Containers of one state directory know of each other.
        Bundle second = new(runtime, script) { State = first.State };
        return second.Set("linux.cgroupsPath", $"\"{first.CgroupParent}/one\"");
    }

    [Theory, EveryRuntime]
    public async Task AFailedStartEndsNobodyElse(string runtime)
    {
        await using Bundle first = new(runtime);
        int pid = await first.Start();
        await using Bundle second = Beside(first, runtime).Args("/nosuch");
        await second.Refused();
        Assert.Equal("running", await first.Status());
        Assert.Contains($"{first.CgroupParent}/one", await File.ReadAllTextAsync($"/proc/{pid}/cgroup"));
    }

    [Theory, EveryRuntime]
    public async Task ADeleteEndsNobodyElse(string runtime)
    {
        await using Bundle first = new(runtime);
        await first.Start();
        await using Bundle second = Beside(first, runtime);
        await second.Start();
        (await second.Runtime("delete", "--force", second.Id)).Succeeded();
        Assert.Equal("running", await first.Status());
        Assert.NotEmpty(ControlGroups.Find($"{first.CgroupParent}/one"));
        (await first.Runtime("delete", "--force", first.Id)).Succeeded();
        Assert.Empty(ControlGroups.Find($"{first.CgroupParent}/one"));
    }

    [Theory, EveryRuntime]
    public async Task ASignalForAllReachesItsOwnAlone(string runtime)
    {
        await using Bundle first = new(runtime, "trap 'echo hit > /hit' USR1; echo > /ready; while :; do sleep 0.1; done");
        await first.Start();
        await first.Shows("/ready");
        await using Bundle second = Beside(first, runtime,
            "sh -c 'trap \"echo child > /child; exit\" USR1; echo > /ready; while :; do sleep 0.1; done' & trap '' USR1; wait; sleep 100");
        await second.Start();
        await second.Shows("/ready");
        (await second.Runtime("kill", "--all", second.Id, "USR1")).Succeeded();
        await second.Shows("/child");
        (await second.Runtime("kill", "--all", second.Id, "KILL")).Succeeded();
        await second.Reaches("stopped");
        Assert.False(File.Exists($"{first.Root}/hit"));
        Assert.Equal("running", await first.Status());
    }

    [Theory, EveryRuntime]
    public async Task WithoutAPidNamespaceItLeavesOneThatHasIts(string runtime)
    {
        await using Bundle first = new Bundle(runtime, "setsid sleep 1234 & echo $! > /child; exec sleep 100").Without("pid");
        await first.Start();
        int child = int.Parse(await first.Shows("/child"));
        await using Bundle second = Beside(first, runtime);
        await second.Start();
        (await first.Runtime("delete", "--force", first.Id)).Succeeded();
        await Patience.Until(() => HasEnded(child), "the other process has ended");
        Assert.Equal("running", await second.Status());
    }

    [Theory, EveryRuntime]
    public async Task WhatCouldNotBeToldApartIsRefused(string runtime)
    {
        await using Bundle first = new(runtime);
        await first.Start();
        await using Bundle second = Beside(first, runtime).Without("pid");
        Assert.Contains("cgroup is not empty", await second.Refused());
        Assert.Equal("running", await first.Status());
    }

    [Theory, EveryRuntime("with a PID namespace", "without")]
    public async Task WithoutAPidNamespaceItLeavesOneInAGroupBelow(string runtime, string @case)
    {
        await using Bundle first = new Bundle(runtime, "setsid sleep 1234 & echo $! > /child; exec sleep 100").Without("pid");
        await first.Start();
        int child = int.Parse(await first.Shows("/child"));
        await using (Bundle second = Beside(first, runtime).Set("linux.cgroupsPath", $"\"{first.CgroupParent}/one/below\""))
        {
            if (@case == "without") second.Without("pid");
            await second.Start();
            (await first.Runtime("delete", "--force", first.Id)).Succeeded();
            await Patience.Until(() => HasEnded(child), "the other process has ended");
            Assert.Equal("running", await second.Status());
        }
        ControlGroups.Remove($"{first.CgroupParent}/one");
    }

    [Theory, EveryRuntime]
    public async Task WithoutAPidNamespaceItLeavesOneThatIsBeingMade(string runtime)
    {
        await using Bundle first = new Bundle(runtime).Without("pid");
        await first.Start();
        await using Bundle second = Beside(first, runtime);
        string script = $"echo > {second.Path}/ready; while [ ! -e {second.Path}/go ]; do sleep 0.05; done";
        second.Set("hooks.createRuntime", $$"""[{"path":"/bin/sh","args":["sh","-c","{{script}}"]}]""");
        Task<int> making = second.Start();
        await Patience.Until(() => File.Exists($"{second.Path}/ready"), "it is being made");
        (await first.Runtime("delete", "--force", first.Id)).Succeeded();
        await File.WriteAllTextAsync($"{second.Path}/go", "");
        await making;
        Assert.Equal("running", await second.Status());
    }

    private static bool HasEnded(int pid) => !File.Exists($"/proc/{pid}/cmdline") || File.ReadAllText($"/proc/{pid}/stat").Contains(" Z ");
}
