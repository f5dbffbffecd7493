using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;
using Gantry.Tests.Shared;

namespace Gantry.Conformance.Commands;

public sealed class PauseTests
{
    private static async Task<Bundle> Counting(string runtime)
    {
        Needs.Controller("freezer");
        Bundle bundle = new(runtime, "i=0; while :; do i=$((i+1)); echo $i > /count; usleep 5000; done");
        await bundle.Start();
        await bundle.Shows("/count");
        return bundle;
    }

    [Theory, EveryRuntime]
    public async Task APausedOneStandsStillAndGoesOn(string runtime)
    {
        await using Bundle bundle = await Counting(runtime);
        (await bundle.Runtime("pause", bundle.Id)).Succeeded();
        Assert.Equal("paused", await bundle.Status());
        string count = File.ReadAllText($"{bundle.Root}/count");
        await Stays.True(() => File.ReadAllText($"{bundle.Root}/count") == count, TimeSpan.FromMilliseconds(50), "it stands still");
        (await bundle.Runtime("resume", bundle.Id)).Succeeded();
        Assert.Equal("running", await bundle.Status());
        await Patience.Until(() => File.ReadAllText($"{bundle.Root}/count") != count, "it goes on");
    }

    [Theory, EveryRuntime]
    public async Task OnlyAPausedOneIsResumed(string runtime)
    {
        await using Bundle bundle = await Counting(runtime);
        (await bundle.Runtime("resume", bundle.Id)).Failed();
        Assert.Equal("running", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task APausedOneIsDeletedByForce(string runtime)
    {
        await using Bundle bundle = await Counting(runtime);
        (await bundle.Runtime("pause", bundle.Id)).Succeeded();
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        Assert.Equal("gone", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task AKilledOneEndsAtOnce(string runtime)
    {
        await using Bundle bundle = await Counting(runtime);
        (await bundle.Runtime("pause", bundle.Id)).Succeeded();
        (await bundle.Runtime("kill", bundle.Id, "KILL")).Succeeded();
        await bundle.Reaches("stopped");
    }

    [Theory, EveryRuntime]
    public async Task APausedOneStaysSoWhateverElseItIsSent(string runtime)
    {
        await using Bundle bundle = await Counting(runtime);
        (await bundle.Runtime("pause", bundle.Id)).Succeeded();
        (await bundle.Runtime("kill", "--all", bundle.Id, "CONT")).Succeeded();
        (await bundle.Runtime("kill", "--all", bundle.Id, "0")).Succeeded();
        Assert.Equal("paused", await bundle.Status());
        (await bundle.Runtime("resume", bundle.Id)).Succeeded();
    }

    [Theory, EveryRuntime]
    public async Task AKilledOneEndsWhenItGoesOn(string runtime)
    {
        await using Bundle bundle = await Counting(runtime);
        (await bundle.Runtime("pause", bundle.Id)).Succeeded();
        (await bundle.Runtime("kill", bundle.Id, "KILL")).Succeeded();
        await bundle.Runtime("resume", bundle.Id);
        await bundle.Reaches("stopped");
    }
}
