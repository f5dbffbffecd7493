using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class UnifiedTests
{
    [Theory, EveryRuntime]
    public async Task FilesAreWrittenAsGiven(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = new Bundle(runtime).Set("linux.resources.unified", """{"memory.high":"50331648","pids.max":"33"}""");
        await bundle.Start();
        Assert.Equal(("50331648", "33"), (bundle.Limit("memory", "", "memory.high"), bundle.Limit("pids", "", "pids.max")));
    }

    [Theory, EveryRuntime]
    public async Task AFileThatIsNotThereIsNamed(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.resources.unified", """{"no.such":"1"}""");
        Assert.Contains("no.such", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task ANameIsNotAPath(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.resources.unified", """{"../memory.high":"max"}""");
        await bundle.Refused();
    }

    /// <summary>As in a container with an init system or an engine of its own:
    /// into the group itself the kernel lets nobody any more.</summary>
    [Theory, EveryRuntime]
    public async Task AnExecComesWhereTheFirstProcessIsWhenTheControllersAreGivenOn(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        string group = ControlGroups.Directory("pids", $"{bundle.CgroupParent}/one");
        Directory.CreateDirectory($"{group}/leaf");
        File.WriteAllText($"{group}/leaf/cgroup.procs", File.ReadAllText($"{group}/cgroup.procs").Trim());
        File.WriteAllText($"{group}/cgroup.subtree_control", "+pids");
        Assert.EndsWith("/one/leaf", (await bundle.Exec("cat", "/proc/self/cgroup")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task WithVersionOneItIsRefused(string runtime)
    {
        Needs.VersionOneCgroups();
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.resources.unified", """{"memory.high":"max"}""");
        await bundle.Refused();
    }
}
