using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Events;

public sealed class EventTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task ALifeInEvents(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        string[] ofIt = ["--filter", $"container={container}", "--format", "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}"];
        await using RunningProcess events = engine.Start(["events", "--since", "0", .. ofIt]);
        await engine.Ok("run", "--name", container, "--label", "colour=green", "busybox", "sh", "-c", "exit 3").ContinueWith(_ => { });
        await engine.Ok("rm", container);
        await events.Shows("container destroy");
        string[] actions = [.. events.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(new[] { "create", "attach", "start", "die", "destroy" }.Select(action => $"container {action} {container}"), actions);
    }

    [Theory, EveryEngine]
    public async Task WhatIsDoneToARunningContainer(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = await engine.RunIdle();
        await using RunningProcess events = engine.Start("events", "--since", "0", "--filter", $"container={container}", "--format",
            "{{.Action}} {{.Actor.Attributes.signal}}");
        await engine.Ok("top", container);
        await engine.Ok("cp", $"{container}:/etc/passwd", scratch["copy"]);
        await engine.Ok("cp", scratch["copy"], $"{container}:/root/copy");
        for (int i = 0; i < 8; i++) await engine.Ok("exec", container, "true");
        await engine.Ok("restart", container);
        await engine.Ok("kill", container);
        await engine.Ok("rm", container);
        await events.Shows("destroy");
        string[] actions =
            [.. events.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace("<no value>", "").TrimEnd())];
        Assert.Equal(8, actions.Count(action => action == "exec_die"));
        Assert.Equal(8, actions.Count(action => action == "exec_create: true"));
        Assert.Equal(["create", "start", "top", "archive-path", "extract-to-dir", "kill 15", "die", "stop", "start", "restart", "kill 9",
            "die", "destroy"],
            actions.Where(action => !action.StartsWith("exec_", StringComparison.Ordinal)));
    }

    [Theory, EveryEngine]
    public async Task ANetworkIsConnectedWhenTheContainerRuns(string name)
    {
        await using Engine engine = await Use(name);
        string network = engine.NewName("net"), container = engine.NewName();
        await using RunningProcess events = engine.Start("events", "--since", "0", "--filter", $"network={network}", "--format",
            "{{.Action}}");
        await engine.Ok("network", "create", network);
        await engine.Ok("create", "--name", container, "--stop-signal", "KILL", "busybox", "sleep", "1000");
        await engine.Ok("network", "connect", network, container);
        await engine.Ok("start", container);
        await engine.Ok("stop", container);
        await engine.Ok("network", "rm", network);
        await events.Shows("destroy");
        Assert.Equal(["create", "connect", "disconnect", "destroy"], events.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory, EveryEngine]
    public async Task AVolumesLife(string name)
    {
        await using Engine engine = await Use(name);
        string volume = engine.NewName("v"), container = await engine.RunIdle("-v", $"{volume}:/data:ro");
        await using RunningProcess events = engine.Start("events", "--since", "0", "--filter", $"volume={volume}", "--format",
            "{{.Action}} {{.Actor.Attributes.destination}} {{index .Actor.Attributes \"read/write\"}}");
        await engine.Ok("rm", "-f", container);
        await engine.Ok("volume", "rm", volume);
        await events.Shows("destroy");
        string[] lines = events.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["create", "mount /data false", "unmount", "destroy"], lines.Select(line => line.Replace("<no value>", "").TrimEnd()));
    }

    [Theory, EveryEngine]
    public async Task WantOfMemoryIsToldWhenItHappens(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await using RunningProcess events =
            engine.Start("events", "--since", "0", "--filter", $"container={container}", "--format", "{{.Action}}");
        const string grow = "(x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done)";
        // dockerd begins to watch after the start, and may miss the first time.
        string command = name == "dockerd" ? $"while :; do {grow}; done" : $"{grow}; sleep 1000";
        await engine.Ok("run", "-d", "--name", container, "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", command);
        await events.Shows("oom");
        Assert.Equal("true", await engine.Inspect(container, "{{.State.Running}}"));
    }

    [Theory, EveryEngine]
    public async Task ThePastIsTold(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        long since = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await engine.Run("run", "--name", container, "busybox", "sh", "-c", "exit 3");
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string until = $"{now.ToUnixTimeSeconds()}.{now.Ticks % TimeSpan.TicksPerSecond:D7}00";
        string[] ofDeath = ["--filter", $"container={container}", "--filter", "event=die", "--format", "{{json .}}"];
        string[] lines = (await engine.Ok(["events", "--since", $"{since}", "--until", until, .. ofDeath])).Split('\n');
        JsonNode die = JsonNode.Parse(Assert.Single(lines))!;
        Assert.Equal("3", die["Actor"]!["Attributes"]!["exitCode"]!.GetValue<string>());
        Assert.Equal("busybox", die["from"]!.GetValue<string>());
        Assert.Equal("local", die["scope"]!.GetValue<string>());
        Assert.Equal(await engine.Inspect(container, "{{.Id}}"), die["id"]!.GetValue<string>());
        Assert.InRange(die["timeNano"]!.GetValue<long>() / 1_000_000_000 - die["time"]!.GetValue<long>(), 0, 0);
    }
}
