using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers;

public sealed class ConcurrencyTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task ManyAtOnceEachWithItsOwnAddress(string name)
    {
        await using Engine engine = await Use(name);
        string[] containers = [.. Enumerable.Range(0, 20).Select(_ => engine.NewName("many"))];
        Command.Result[] results =
            await Task.WhenAll(containers.Select(c => engine.Run("run", "-d", "--name", c, "busybox", "sleep", "1000")));
        Assert.All(results, result => Assert.True(result.Code == 0, result.All));
        string[] addresses = (await engine.Ok(["inspect", "-f", "{{.NetworkSettings.IPAddress}}", .. containers])).Split('\n');
        Assert.Equal(20, addresses.Distinct().Count());
        await engine.Ok(["rm", "-f", .. containers]);
    }

    [Theory, EveryEngine]
    public async Task OneStuckContainerBlocksNobody(string name)
    {
        await using Engine engine = await Use(name);
        string stubborn = engine.NewName("stubborn");
        await engine.Ok("run", "-d", "--name", stubborn, "busybox", "sleep", "1000");
        // The first process of a container does not hear a SIGTERM that it does not handle.
        await using RunningProcess stop = engine.Start("stop", "-t", "1000", stubborn);
        string[] ofKills = ["--filter", $"container={stubborn}", "--filter", "event=kill"];
        await using RunningProcess events = engine.Start(["events", "--since", "0", .. ofKills]);
        await events.Shows("kill");
        Assert.Contains(stubborn, await engine.Ok("ps"));
        Assert.Equal("quick", await engine.Ok("run", "--rm", "busybox", "echo", "quick"));
        Assert.False(stop.HasExited, "listing and running waited for the stop");
        await engine.Ok("kill", stubborn);
        Assert.Equal(0, await stop.Ends());
    }

    [Theory, EveryEngine]
    public async Task OnlyOneGetsTheName(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName("contested");
        Command.Result[] results =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.Run("create", "--name", container, "busybox", "true")));
        Assert.Equal(1, results.Count(r => r.Code == 0));
        Assert.All(results.Where(r => r.Code != 0), r => Assert.Contains("is already in use by container", r.Error));
    }
}
