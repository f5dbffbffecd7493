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

    [Theory, EveryEngine]
    public async Task KeepsTheTwoStreamsAndTheExitCode(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal((7, "out\n", "err\n"), (result.Code, result.Output, result.Error));
    }

    [Theory, EveryEngine]
    public async Task LosesNoOutput(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "busybox", "seq", "1", "20000");
        Assert.Equal(string.Concat(Enumerable.Range(1, 20000).Select(i => $"{i}\n")), result.Output);
    }

    [Theory, EveryEngine]
    public async Task PassesItsInputOn(string name)
    {
        await using Engine engine = await Use(name);
        string input = string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i}\n"));
        Command.Result result = await engine.Run(["run", "--rm", "-i", "busybox", "cat"], input);
        Assert.Equal(0, result.Code);
        Assert.Equal(input, result.Output);
    }

    [Theory, EveryEngine]
    public async Task GivesEverythingAfterTheImageToTheCommand(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("--rm -it -d --name x -- -h --help",
            await engine.Ok("run", "--rm", "busybox", "echo", "--rm", "-it", "-d", "--name", "x", "--", "-h", "--help"));
    }

    [Theory, EveryEngine]
    public async Task SetsTheProcessUpAsAsked(string name)
    {
        await using Engine engine = await Use(name);
        string seen = await engine.Ok("run", "--rm", "-e", "COLOUR=blue", "-w", "/var/log", "-u", "33:33", "--hostname", "anna", "busybox",
            "sh", "-c", "echo $COLOUR; pwd; id -u; id -g; hostname; echo $PATH; echo $HOME");
        Assert.Equal("blue\n/var/log\n33\n33\nanna\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n/var/www", seen);
    }

    [Theory, EveryEngine]
    public async Task MakesAMissingWorkingDirectory(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("/not/there", await engine.Ok("run", "--rm", "-w", "/not/there", "busybox", "pwd"));
    }

    [Theory, EveryEngine]
    public async Task PutsTheEntrypointBeforeTheCommand(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("a b", await engine.Ok("run", "--rm", "--entrypoint", "echo", "busybox", "a", "b"));
    }

    [Theory, EveryEngine]
    public async Task NamesTheHostAfterTheContainer(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        string hostname = await engine.Ok("run", "--name", container, "busybox", "hostname");
        string id = await engine.Inspect(container, "{{.Id}}");
        Assert.Equal(64, id.Length);
        Assert.Equal(id[..12], hostname);
    }

    [Theory, EveryEngine]
    public async Task DetachedPrintsTheIdentifierAndGoesOn(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        string id = await engine.Ok("run", "-d", "--name", container, "busybox", "sleep", "100");
        Assert.Matches("^[0-9a-f]{64}$", id);
        Assert.Equal("true running", await engine.Inspect(container, "{{.State.Running}} {{.State.Status}}"));
        Assert.Equal($"{id[..12]} {container}", await engine.Ok("ps", "--filter", $"name={container}", "--format", "{{.ID}} {{.Names}}"));
    }

    [Theory, EveryEngine]
    public async Task DetachedWithRmGoesWhenItEnds(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--rm", "--name", container, "busybox", "sleep", "1");
        await Eventually.True(async () => (await engine.Run("inspect", container)).Code != 0, "the container is removed");
    }

    [Theory, EveryEngine]
    public async Task ReadOnlyRootRefusesWrites(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "--read-only", "busybox", "touch", "/file");
        Assert.Equal(1, result.Code);
        Assert.Contains("Read-only file system", result.Error);
    }

    [Theory, EveryEngine]
    public async Task TwoContainersOfAnImageDoNotSeeEachOthersFiles(string name)
    {
        await using Engine engine = await Use(name);
        string first = engine.NewName();
        await engine.Ok("run", "--name", first, "busybox", "sh", "-c", "echo mine > /file; rm /etc/group");
        Assert.Equal("No",
            await engine.Ok("run", "--rm", "busybox", "sh", "-c", "test -e /file && echo Yes || echo No; test -e /etc/group"));
        // What was written stays with the container.
        await engine.Ok("start", first);
    }

    [Theory, EveryEngine]
    public async Task SignalsReachTheCommand(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await using RunningProcess run = engine.Start("run", "--rm", "--name", container, "busybox", "sh", "-c",
            "trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 0.1; done");
        await run.Shows("ready");
        Signals.Terminate(run.Id);
        Assert.Equal(5, await run.Ends());
        Assert.Contains("caught", run.Output);
    }

    /// <summary>A shell without job control has what it starts in its background ignore SIGINT and SIGQUIT, nohup SIGHUP.</summary>
    [Theory, EveryEngine]
    public async Task SignalsIgnoredAtTheStartReachTheCommandToo(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        (int Number, string Name)[] signals =
            [(1, "HUP"), (2, "INT"), (3, "QUIT"), (10, "USR1"), (12, "USR2"), (14, "ALRM"), (18, "CONT"), (20, "TSTP"), (28, "WINCH")];
        string traps = string.Concat(signals.Select(signal => $"trap 'echo caught {signal.Name}' {signal.Name}; "));
        await using RunningProcess run = engine.StartThrough(["sh", "-c", "trap '' HUP INT QUIT; exec \"$@\"", "sh"],
            ["run", "--rm", "--name", container, "busybox", "sh", "-c",
                traps + "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done"]);
        await run.Shows("ready");
        foreach ((int number, string signal) in signals)
        {
            Signals.Send(run.Id, number);
            await run.Shows($"caught {signal}");
        }
        Signals.Terminate(run.Id);
        Assert.Equal(5, await run.Ends());
    }

    [Theory, EveryEngine]
    public async Task KilledBySignalGives128AndTheSignal(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await using RunningProcess run = engine.Start("run", "--name", container, "busybox", "sleep", "100");
        await Eventually.True(async () => (await engine.Run("inspect", "-f", "{{.State.Running}}", container)).Output == "true\n",
            "it runs");
        await engine.Ok("kill", container);
        Assert.Equal(137, await run.Ends());
        Assert.Equal("137 false exited", await engine.Inspect(container, "{{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Status}}"));
    }
}
