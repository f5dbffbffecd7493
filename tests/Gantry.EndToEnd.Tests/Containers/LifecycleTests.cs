using System.Diagnostics;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Containers;

public sealed class LifecycleTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task CreatedThenStartedThenStartedAgain(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "--name", container, "busybox", "sh", "-c", "echo run >> /runs; cat /runs");
        Assert.Equal("created false 0", await engine.Inspect(container, "{{.State.Status}} {{.State.Running}} {{.State.Pid}}"));
        Assert.Equal("run", await engine.Ok("start", "-a", container));
        Assert.Equal("run\nrun", await engine.Ok("start", "-a", container));
        Assert.Equal("run\nrun\nrun", await engine.Ok("logs", container));
    }

    [Theory, EveryEngine]
    public async Task StopAsksFirst(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c",
            "trap 'echo asked; exit 4' TERM; echo ready; while :; do sleep 0.1; done");
        await Eventually.True(async () => (await engine.Ok("logs", container)).Contains("ready"), "it is ready");
        Assert.Equal(container, await engine.Ok("stop", container));
        Assert.Equal("exited 4", await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Contains("asked", await engine.Ok("logs", container));
    }

    /// <remarks>dockerd answers before, and then the next run of a script meets a name in use.</remarks>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task AfterAStopOfOneOfRmItsNameIsFree(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        // Its volume takes a while to be removed.
        await engine.Ok("run", "-d", "--rm", "--name", container, "-v", "/data", "busybox", "sh", "-c",
            "cd /data; seq 1 30000 | xargs touch; echo ready; sleep 1000");
        await Eventually.True(async () => (await engine.Ok("logs", container)).Contains("ready"), "it has many files");
        await engine.Ok("stop", "-t", "0", container);
        await engine.Ok("create", "--name", container, "busybox");
    }

    [Theory, EveryEngine]
    public async Task StopKillsAfterTheGraceTime(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        // PID 1 without a handler does not even see SIGTERM.
        await engine.Ok("run", "-d", "--name", container, "--stop-timeout", "1000", "busybox", "sleep", "1000");
        long start = Stopwatch.GetTimestamp();
        await engine.Ok("stop", "-t", "2", container);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds > 1.9);
        Assert.Equal("137", await engine.Inspect(container, "{{.State.ExitCode}}"));
    }

    [Theory, EveryEngine]
    public async Task StopTwiceIsNoError(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        await engine.Ok("stop", container);
        await engine.Ok("stop", container);
        ApiClientAnswer(304, await engine.Api.Post($"/v1.41/containers/{container}/stop"));
        await engine.Ok("start", container);
        ApiClientAnswer(304, await engine.Api.Post($"/v1.41/containers/{container}/start"));
    }

    [Theory, EveryEngine]
    public async Task RestartGivesANewProcess(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        string before = await engine.Inspect(container, "{{.State.Pid}} {{.State.StartedAt}}");
        await engine.Ok("restart", container);
        string after = await engine.Inspect(container, "{{.State.Pid}} {{.State.StartedAt}}");
        Assert.NotEqual(before, after);
        Assert.Equal("running", await engine.Inspect(container, "{{.State.Status}}"));
    }

    [Theory, EveryEngine]
    public async Task KillSendsTheNamedSignal(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c",
            "trap 'echo one' USR1; trap 'exit 9' HUP; echo ready; while :; do sleep 0.1; done");
        await Eventually.True(async () => (await engine.Ok("logs", container)).Contains("ready"), "it is ready");
        await engine.Ok("kill", "-s", "USR1", container);
        await Eventually.True(async () => (await engine.Ok("logs", container)).Contains("one"), "SIGUSR1 arrives");
        await engine.Ok("kill", "--signal", "SIGHUP", container);
        Assert.Equal("9", await engine.Ok("wait", container));
    }

    [Theory, EveryEngine]
    public async Task PauseFreezesAndUnpauseThaws(string name)
    {
        await using Engine engine = await Use(name);
        // Not by its log: what it wrote before the pause may get there after it.
        string container = engine.NewName(), shared = Directory.CreateDirectory($"{engine.Daemon.Root}/{container}").FullName;
        const string count = "i=0; while :; do i=$((i+1)); echo $i > /shared/count; sleep 0.05; done";
        await engine.Ok("run", "-d", "--name", container, "-v", $"{shared}:/shared", "busybox", "sh", "-c", count);
        await Eventually.True(() => File.Exists($"{shared}/count"), "it counts");
        await engine.Ok("pause", container);
        Assert.Equal("paused true true", await engine.Inspect(container, "{{.State.Status}} {{.State.Paused}} {{.State.Running}}"));
        string frozen = await File.ReadAllTextAsync($"{shared}/count");
        await Stays.True(() => File.ReadAllText($"{shared}/count") == frozen, TimeSpan.FromMilliseconds(400), "it stands still");
        Assert.Contains("(Paused)", await engine.Ok("ps", "--filter", $"name={container}", "--format", "{{.Status}}"));
        await engine.Ok("unpause", container);
        await Eventually.True(() => File.ReadAllText($"{shared}/count") is { Length: > 0 } now && now != frozen, "it goes on");
    }

    /// <summary>Its root waits for no disk, since it goes with the container: mounted again it is there all the same.</summary>
    [Theory, EveryEngine]
    public async Task OneThatIsToBeRemovedIsRestartedWithItsFiles(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--rm");
        await engine.Ok("exec", container, "sh", "-c", "echo kept > /kept");
        await engine.Ok("restart", "-t", "1", container);
        Assert.Equal("kept", await engine.Ok("exec", container, "cat", "/kept"));
        await engine.Ok("rm", "-f", container);
        if (engine.IsPeer) return;
        string[] mount = ["--network", "none", "busybox", "grep", " / ", "/proc/mounts"];
        Assert.Contains("volatile", await engine.Ok(["run", "--rm", .. mount]));
        Assert.DoesNotContain("volatile", await engine.Ok(["run", "--name", engine.NewName(), .. mount]));
    }

    [Theory, EveryEngine]
    public async Task WaitPrintsTheExitCode(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c", "sleep 0.5; exit 42");
        Assert.Equal("42", await engine.Ok("wait", container));
        Assert.Equal("42", await engine.Ok("wait", container));
    }

    [Theory, EveryEngine]
    public async Task RemoveRefusesARunningContainerUnlessForced(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        Command.Result refused = await engine.Run("rm", container);
        Assert.Equal(1, refused.Code);
        Assert.Contains("cannot remove", refused.Error);
        Assert.Equal(container, await engine.Ok("rm", "-f", container));
        Command.Result gone = await engine.Run("inspect", container);
        Assert.Equal(1, gone.Code);
        Assert.Contains($"No such object: {container}", gone.Error);
    }

    [Theory, EveryEngine]
    public async Task RenamedIsFoundByTheNewNameAlone(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle(), other = engine.NewName("other");
        string id = await engine.Inspect(container, "{{.Id}}");
        await engine.Ok("rename", container, other);
        Assert.Equal($"{id} /{other}", await engine.Inspect(other, "{{.Id}} {{.Name}}"));
        Assert.NotEqual(0, (await engine.Run("inspect", container)).Code);
        // By a prefix of the identifier as well.
        Assert.Equal(id, await engine.Inspect(id[..8], "{{.Id}}"));
    }

    [Theory, EveryEngine]
    public async Task TopShowsTheProcesses(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c", "sleep 1234 & sleep 4321");
        await Eventually.True(
            async () => await engine.Ok("top", container) is var top && top.Contains("sleep 1234") && top.Contains("sleep 4321"),
            "both processes run");
        string[] lines = (await engine.Ok("top", container)).Split('\n');
        Assert.StartsWith("UID", lines[0]);
        Assert.Contains("CMD", lines[0]);
        Assert.Contains(lines, line => line.EndsWith("sleep 4321", StringComparison.Ordinal));
        string process = await engine.Inspect(container, "{{.State.Pid}}");
        Assert.Contains(lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == process);
        string chosen = await engine.Ok("top", container, "-o", "pid,comm");
        Assert.Matches(@"^PID\s+COMMAND", chosen);
    }

    private static void ApiClientAnswer(int status, ApiClient.Answer answer) => Assert.Equal(status, (int)answer.Status);
}
