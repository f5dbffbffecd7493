using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Images;

/// <summary>The filters of the list of images and of prune, as the API has them.</summary>
public sealed class ImageFilterTests(SharedDaemons daemons) : EngineTests(daemons), IDisposable
{
    private readonly string _archive = Path.GetTempFileName(), _run = $"f{Guid.NewGuid():n}";
    private readonly List<(string Name, string Id)> _made = [];

    public void Dispose() => File.Delete(_archive);

    [Theory, EngineDaemon]
    public async Task TheListIsFiltered(string name)
    {
        await using Engine engine = await Use(name);
        await Make(engine);
        string first = _made[0].Id, second = _made[1].Id, third = _made[2].Id;

        Assert.Equal([third, second, first], await List(engine, ""));
        Assert.Equal([second, first], await List(engine, """ "label":["k"] """));
        Assert.Equal([first], await List(engine, """ "label":["k=v"] """));
        // Of several labels all must be there.
        Assert.Equal([second], await List(engine, """ "label":["k","k=w"] """));
        Assert.Empty(await List(engine, """ "label":["k=v","k=w"] """));
        Assert.Equal([third], await List(engine, """ "dangling":["true"] """));
        Assert.Equal([second, first], await List(engine, """ "dangling":["false"] """));
        Assert.Equal([first], await List(engine, $$""" "before":["{{_run}}:2"] """));
        Assert.Equal([third], await List(engine, $$""" "since":["{{second}}"] """));
        Assert.Equal([third, second], await List(engine, $$""" "since":["{{first[7..19]}}"] """));
        Assert.Equal([second], await List(engine, $$""" "before":["{{third}}"],"since":["{{_run}}:1"] """));
        Assert.Equal([second], await List(engine, $$""" "reference":["{{_run}}:2"] """));
        Assert.Equal([second, first], await List(engine, $$""" "reference":["{{_run[..10]}}*:[12]"] """));
        // Of several patterns one is enough; of several filters all.
        Assert.Equal([second, first], await List(engine, $$""" "reference":["{{_run}}:1","{{_run}}:2"] """));
        Assert.Equal([first], await List(engine, $$""" "reference":["{{_run}}:1","{{_run}}:2"],"label":["k=v"] """));
        await Remove(engine);
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task TheListIsFilteredAsByNewerVersions(string name)
    {
        await using Engine engine = await Use(name);
        await Make(engine);
        string first = _made[0].Id, second = _made[1].Id, third = _made[2].Id;

        Assert.Equal([third], await List(engine, """ "dangling":["1"] """));
        Assert.Equal([third], await List(engine, """ "label!":["k"] """));
        Assert.Equal([third, first], await List(engine, """ "label!":["k=w"] """));
        Assert.Empty(await List(engine, """ "until":["1h"] """));
        Assert.Equal(3, (await List(engine, """ "until":["2999-01-01T00:00:00Z"] """)).Count);
        // Older, or newer, than all of them.
        Assert.Equal([first], await List(engine, $$""" "before":["{{_run}}:2","{{third}}"] """));
        Assert.Equal([third], await List(engine, $$""" "since":["{{_run}}:1","{{_run}}:2"] """));
        await Remove(engine);
    }

    [Theory, EngineDaemon]
    public async Task WhatIsNoFilterIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        foreach ((string filters, int status, string message) in new[]
        {
            ("""{"colour":["red"]}""", 400, "invalid filter 'colour'"),
            ("""{"dangling":["maybe"]}""", 400, "invalid filter 'dangling=[maybe]'"),
            ("""{"before":["no-such-image"]}""", 404, "No such image: no-such-image:latest"),
            ("""{"since":["no-such-image:2"]}""", 404, "No such image: no-such-image:2"),
        })
        {
            ApiClient.Answer answer = await engine.Api.Get($"/images/json?filters={Uri.EscapeDataString(filters)}");
            Assert.Equal((status, message), ((int)answer.Status, answer.Message), IgnoringCase);
        }
        foreach (string filters in new[] { """{"reference":["busybox"]}""", """{"dangling":["maybe"]}""" })
            Assert.Equal(400, (int)(await engine.Api.Post($"/images/prune?filters={Uri.EscapeDataString(filters)}")).Status);
        // dockerd 20.10 has 500 for both.
        if (engine.IsPeer) return;
        Assert.Equal("syntax error in pattern",
            (await engine.Api.Get($"/images/json?filters={Uri.EscapeDataString("""{"reference":["["]}""")}")).Message);
        Assert.Equal("more than one until filter specified",
            (await engine.Api.Post($"/images/prune?filters={Uri.EscapeDataString("""{"until":["1h","2h"]}""")}")).Message);
    }

    [Theory, EngineDaemon]
    public async Task PruneTakesThoseThatAreMeant(string name)
    {
        await using Engine engine = await Use(name);
        await Make(engine);
        string first = _made[0].Id, second = _made[1].Id;

        Assert.Empty(await Prune(engine, """ "dangling":["false"],"until":["1h"] """));
        Assert.Contains(_made[2].Id, await Prune(engine, ""));
        Assert.Contains(first, await Prune(engine, """ "dangling":["false"],"label!":["k=w"] """));
        Assert.Equal([second], await List(engine, ""));
        Assert.Contains(second, await Prune(engine, """ "dangling":["false"],"label":["k=w"] """));
        Assert.Empty(await List(engine, ""));
    }

    private static bool IgnoringCase((int Status, string Message) one, (int Status, string Message) other) =>
        one.Status == other.Status && one.Message.Equals(other.Message, StringComparison.OrdinalIgnoreCase);

    private async Task Make(Engine engine)
    {
        (await Command.Run("tar", "-cf", _archive, "-C", "/etc", "hostname")).Succeeded();
        foreach (string[] more in (string[][])[["--change", "LABEL k=v", _archive, $"{_run}:1"],
            ["--change", "LABEL k=w", _archive, $"{_run}:2"], [_archive]])
            _made.Add((more[^1], await engine.Ok(["import", "--change", $"LABEL run={_run}", .. more])));
    }

    private async Task Remove(Engine engine) => await engine.Ok(["rmi", .. _made.Select(image => image.Id)]);

    private async Task<IReadOnlyList<string>> List(Engine engine, string filters)
    {
        ApiClient.Answer answer = await engine.Api.Get($"/images/json?filters={Uri.EscapeDataString(Filters(filters))}");
        Assert.True((int)answer.Status == 200, $"{filters}: {answer.Body}");
        // dockerd's order is by the second.
        return [.. answer.Json.AsArray().Select(image => image!["Id"]!.GetValue<string>())
            .OrderByDescending(id => _made.FindIndex(made => made.Id == id))];
    }

    private async Task<IReadOnlyList<string>> Prune(Engine engine, string filters)
    {
        ApiClient.Answer answer = await engine.Api.Post($"/images/prune?filters={Uri.EscapeDataString(Filters(filters))}");
        Assert.True((int)answer.Status == 200, $"{filters}: {answer.Body}");
        return [.. (answer.Json["ImagesDeleted"] as JsonArray ?? []).Select(one => one!["Deleted"]?.GetValue<string>()).OfType<string>()];
    }

    /// <summary>With those of this run alone: others use the daemon as well.</summary>
    private string Filters(string filters)
    {
        JsonObject all = JsonNode.Parse($"{{{filters}}}")!.AsObject();
        JsonArray labels = (all["label"] as JsonArray ?? []).DeepClone().AsArray();
        labels.Add($"run={_run}");
        all["label"] = labels;
        return all.ToJsonString();
    }
}
