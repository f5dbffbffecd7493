using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class CgroupPathTests
{
    private static string[] Paths(int pid) => [.. File.ReadAllLines($"/proc/{pid}/cgroup").Select(l => l.Split(':')[2])];

    [Theory, EveryRuntime]
    public async Task AnAbsolutePathIsBelowTheRoot(string runtime)
    {
        await using Bundle bundle = new(runtime);
        Assert.Contains($"{bundle.CgroupParent}/one", Paths(await bundle.Start()));
    }

    [Theory, EveryRuntime]
    public async Task EveryControllerHasIt(string runtime)
    {
        await using Bundle bundle = new(runtime);
        int pid = await bundle.Start();
        foreach (string controller in (string[])["cpu", "memory", "pids", "devices", "freezer", "cpuset"])
            if (ControlGroups.Has(controller))
                Assert.Contains($"{pid}\n",
                    File.ReadAllText($"{ControlGroups.Directory(controller, $"{bundle.CgroupParent}/one")}/cgroup.procs"));
    }

    [Theory, EveryRuntime]
    public async Task SoHasTheVersionTwoBesideVersionOne(string runtime)
    {
        Assert.SkipUnless(!ControlGroups.Unified && ControlGroups.Has("cgroup"), "this host has no cgroup v2 beside v1");
        await using Bundle bundle = new(runtime);
        Assert.Contains($"0::{bundle.CgroupParent}/one", await File.ReadAllLinesAsync($"/proc/{await bundle.Start()}/cgroup"));
        Assert.Contains($"0::{bundle.CgroupParent}/one", (await bundle.Exec("cat", "/proc/self/cgroup")).Succeeded().Split('\n'));
    }

    [Theory, EveryRuntime]
    public async Task WithoutOneItIsNamedAfterTheContainer(string runtime)
    {
        await using Bundle bundle = new(runtime);
        bundle.Config["linux"]!.AsObject().Remove("cgroupsPath");
        int pid = await bundle.Start();
        Assert.Contains(Paths(pid), path => path.Contains(bundle.Id, StringComparison.Ordinal));
    }

    [Theory, EveryRuntime]
    public async Task AnExecIsInIt(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        Assert.Contains($"{bundle.CgroupParent}/one", (await bundle.Exec("cat", "/proc/self/cgroup")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ItGoesWithTheContainer(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        Assert.NotEmpty(ControlGroups.Find($"{bundle.CgroupParent}/one"));
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        Assert.Empty(ControlGroups.Find($"{bundle.CgroupParent}/one"));
    }

    [Theory, EveryRuntime]
    public async Task WhatIsLeftInItEndsWithIt(string runtime)
    {
        // Without a PID namespace of its own the second process is not ended by the kernel.
        await using Bundle bundle = new Bundle(runtime, "setsid sleep 1234 & echo $! > /child; exec sleep 100").Without("pid");
        await bundle.Start();
        int child = int.Parse(await bundle.Shows("/child"));
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        await Patience.Until(() => !File.Exists($"/proc/{child}/cmdline") || File.ReadAllText($"/proc/{child}/stat").Contains(" Z "),
            "the other process has ended");
    }

    [Theory, EveryRuntime]
    public async Task TheHostsOwnIsNotReachedByDots(string runtime)
    {
        await using Bundle bundle = new(runtime);
        bundle.Set("linux.cgroupsPath", $"\"/../../..{bundle.CgroupParent}/one\"");
        await bundle.Start();
        Assert.NotEmpty(ControlGroups.Find($"{bundle.CgroupParent}/one"));
    }
}
