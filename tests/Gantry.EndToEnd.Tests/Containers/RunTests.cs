using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers;

public sealed class RunTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task ShowsTheOutputAndLeavesNothing(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        Assert.Equal("hi", await engine.Ok("run", "--rm", "--name", container, "busybox", "echo", "hi"));
        Assert.Equal("", await engine.Ok("ps", "-aq", "--filter", $"name={container}"));
    }
}
