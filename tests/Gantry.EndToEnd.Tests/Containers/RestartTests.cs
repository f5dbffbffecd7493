using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Containers;

public sealed class RestartTests(SharedDaemons daemons) : EngineTests(daemons)
{
    /// <summary>One that the policy is about to restart, with time enough until it does.</summary>
    private static async Task<string> BetweenTwoRuns(Engine engine, params string[] options)
    {
        string container = engine.NewName();
        await engine.Ok(
            ["run", "-d", "--name", container, "--network", "none", "--restart", "always", .. options, "busybox", "sh", "-c", "exit 3"]);
        // Seen three times the same: in the first moment of a run it looks like that as well.
        string last = "";
        int times = 0;
        await Eventually.True(async () =>
        {
            string now = await engine.Inspect(container, "{{.State.Status}} {{.RestartCount}}");
            times = now == last ? times + 1 : 1;
            last = now;
            return times >= 3 && now.StartsWith("restarting", StringComparison.Ordinal) && int.Parse(now.Split(' ')[1]) >= 6;
        }, "it waits for its restart");
        return container;
    }

    private static Task<string> State(Engine engine, string container) =>
        engine.Inspect(container, "{{.State.Status}} {{.State.Running}} {{.State.Restarting}} {{.State.ExitCode}}");

    [Theory, EngineDaemon]
    public async Task AKillBetweenTwoRunsEndsTheRestarting(string name)
    {
        await using Engine engine = await Use(name);
        await Task.WhenAll(Killed(engine), Signalled(engine), SignalledBesideItsStopSignal(engine));
    }

    private static async Task Killed(Engine engine)
    {
        string container = await BetweenTwoRuns(engine);
        Assert.Equal("restarting true true 3", await State(engine, container));
        Assert.Contains(container, await engine.Ok("ps", "--format", "{{.Names}}"));
        foreach (string path in (string[])["pause", "exec", "top"])
        {
            ApiClient.Answer refused = path == "top" ? await engine.Api.Get($"/containers/{container}/top")
                : await engine.Api.Post($"/containers/{container}/{path}", """{"Cmd":["true"]}""");
            Assert.Equal(409, (int)refused.Status);
            Assert.Contains("is restarting, wait until the container is running", refused.Message);
        }
        Task<ApiClient.Answer> wait = engine.Api.Post($"/containers/{container}/wait");
        await Eventually.True(async () => (int)(await engine.Api.Post($"/containers/{container}/kill")).Status == 204, "it is killed");
        Assert.Equal(3, (int)(await wait).Json["StatusCode"]!);
        await Eventually.True(async () => await State(engine, container) == "exited false false 3", "it is stopped");
        Assert.Equal(409, (int)(await engine.Api.Post($"/containers/{container}/kill")).Status);
        await StaysStopped(engine, container);
    }

    private static async Task Signalled(Engine engine)
    {
        string container = await BetweenTwoRuns(engine);
        Assert.Equal(204, (int)(await engine.Api.Post($"/containers/{container}/kill?signal=USR1")).Status);
        await Eventually.True(async () => await State(engine, container) == "exited false false 3", "it is stopped");
        await StaysStopped(engine, container);
    }

    // That is how such a program is ended, and no other signal ends its restarting.
    private static async Task SignalledBesideItsStopSignal(Engine engine)
    {
        string container = await BetweenTwoRuns(engine, "--stop-signal", "USR2");
        Assert.Equal(204, (int)(await engine.Api.Post($"/containers/{container}/kill?signal=USR1")).Status);
        string count = await engine.Inspect(container, "{{.RestartCount}}");
        await Eventually.True(async () => await engine.Inspect(container, "{{.RestartCount}}") != count, "it goes on restarting");
    }

    // Longer than it would have been until its restart.
    private static Task StaysStopped(Engine engine, string container) => Stays.True(
        async () => await State(engine, container) == "exited false false 3", TimeSpan.FromSeconds(6.5), "it is stopped");

    [Theory, EngineDaemon]
    public async Task ARestartIsFinishedWithoutWhoAskedForIt(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        // Nothing in there hears SIGTERM: the restart waits until it is killed from here.
        await engine.Ok("run", "-d", "--name", container, "--network", "none", "busybox", "sleep", "1000");
        string before = await engine.Inspect(container, "{{.State.Pid}}");
        using CancellationTokenSource leaving = new();
        Task restart = engine.Api.Http.PostAsync($"/containers/{container}/restart?t=1000", null, leaving.Token);
        string[] ofKills = ["--filter", $"container={container}", "--filter", "event=kill"];
        await using RunningProcess events = engine.Start(["events", "--since", "0", .. ofKills]);
        await events.Shows("kill");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restart);
        Signals.Kill(int.Parse(before));
        await Eventually.True(async () => await engine.Inspect(container, "{{.State.Status}} {{.State.Pid}}") is var now
            && now.StartsWith("running") && now != $"running {before}", "it runs again");
    }

    [Theory, EngineDaemon]
    public async Task ARestartKeepsWhatIsRemovedAtItsEnd(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--rm", "--network", "none");
        string before = await engine.Inspect(container, "{{.Id}} {{.State.Pid}}");
        await engine.Ok("restart", container);
        string after = await engine.Inspect(container, "{{.Id}} {{.State.Pid}}");
        Assert.Equal(before.Split(' ')[0], after.Split(' ')[0]);
        Assert.NotEqual(before, after);
        await engine.Ok("stop", container);
        await Eventually.True(async () => (await engine.Run("inspect", container)).Code != 0, "it is removed at its end");
    }
}
