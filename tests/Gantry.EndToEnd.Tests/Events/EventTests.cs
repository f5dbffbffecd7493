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
        await using RunningProcess events = engine.Start("events", "--filter", $"container={container}", "--format", "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}");
        await Task.Delay(500);
        await engine.Ok("run", "--name", container, "--label", "colour=green", "busybox", "sh", "-c", "exit 3").ContinueWith(_ => { });
        await engine.Ok("rm", container);
        await events.Shows("container destroy");
        string[] actions = [.. events.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(new[] { "create", "attach", "start", "die", "destroy" }.Select(action => $"container {action} {container}"), actions);
    }

    [Theory, EveryEngine]
    public async Task ThePastIsTold(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        long since = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await engine.Run("run", "--name", container, "busybox", "sh", "-c", "exit 3");
        await Task.Delay(1100);
        string[] lines = (await engine.Ok("events", "--since", $"{since}", "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}", "--filter", $"container={container}", "--filter", "event=die", "--format", "{{json .}}")).Split('\n');
        JsonNode die = JsonNode.Parse(Assert.Single(lines))!;
        Assert.Equal("3", die["Actor"]!["Attributes"]!["exitCode"]!.GetValue<string>());
        Assert.Equal("busybox", die["from"]!.GetValue<string>());
        Assert.Equal("local", die["scope"]!.GetValue<string>());
        Assert.Equal(await engine.Inspect(container, "{{.Id}}"), die["id"]!.GetValue<string>());
        Assert.InRange(die["timeNano"]!.GetValue<long>() / 1_000_000_000 - die["time"]!.GetValue<long>(), 0, 0);
    }
}
