using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

/// <summary>Nothing goes on in a frozen cgroup, and whoever waits for it would wait for ever.</summary>
public sealed class FrozenTests
{
    private static string State => ControlGroups.Unified ? "cgroup.freeze" : "freezer.state";

    private static string Frozen => ControlGroups.Unified ? "1" : "FROZEN";

    private static string Thawed => ControlGroups.Unified ? "0" : "THAWED";

    [Theory, EveryRuntime("one", "")]
    public async Task ContainersAreNotMadeThere(string runtime, string @case)
    {
        Needs.Controller("freezer");
        await using Bundle bundle = new(runtime);
        string group = ControlGroups.Directory("freezer", $"{bundle.CgroupParent}/{@case}");
        Directory.CreateDirectory(group);
        await File.WriteAllTextAsync($"{group}/{State}", Frozen);
        try
        {
            Assert.Contains("container's cgroup unexpectedly frozen", await bundle.Refused());
            Assert.True(Directory.Exists(group), "the group is the caller's");
        }
        finally
        {
            await File.WriteAllTextAsync($"{group}/{State}", Thawed);
            ControlGroups.Remove(bundle.CgroupParent);
        }
    }

    [Theory, EveryRuntime]
    public async Task OneThatIsFrozenWhileItIsMadeIsGivenUp(string runtime)
    {
        Needs.Controller("freezer");
        await using Bundle bundle = new(runtime);
        string group = ControlGroups.Directory("freezer", $"{bundle.CgroupParent}/one");
        bundle.Set("hooks.createRuntime", $$"""[{"path":"/bin/sh","args":["sh","-c","echo {{Frozen}} > {{group}}/{{State}}"]}]""");
        Assert.Contains("frozen", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task NothingIsExecutedThere(string runtime)
    {
        Needs.Controller("freezer");
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        await File.WriteAllTextAsync($"{ControlGroups.Directory("freezer", $"{bundle.CgroupParent}/one")}/{State}", Frozen);
        // The kernel may take a while over it.
        await bundle.Reaches("paused");
        Assert.Contains("paused", (await bundle.Runtime("exec", bundle.Id, "true")).Failed());
        // What is below stays frozen by itself.
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
    }

    [Theory, EveryRuntime]
    public async Task WhoPausesItMeanwhileKeepsNobodyFromDeletingIt(string runtime)
    {
        Needs.Controller("freezer");
        await using Bundle bundle = new(runtime);
        // Many, so that the pause finds some that are killed and have not ended yet.
        bundle.Args("sh", "-c", "i=0; while [ $i -lt 200 ]; do sleep 1000 & i=$((i+1)); done; wait");
        await bundle.Start();
        string state = $"{ControlGroups.Directory("freezer", $"{bundle.CgroupParent}/one")}/{State}";
        bool deleted = false;
        Task pauses = Task.Run(() =>
        {
            while (!Volatile.Read(ref deleted))
            {
                try
                {
                    File.WriteAllText(state, Frozen);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return;
                }
            }
        });
        try
        {
            (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        }
        finally
        {
            Volatile.Write(ref deleted, true);
            await pauses;
        }
    }
}
