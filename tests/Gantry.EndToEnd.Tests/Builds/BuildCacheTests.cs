using System.Net;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What builds keep for the next ones: how it is listed, pruned and bounded.</summary>
public sealed class BuildCacheTests(SharedDaemons daemons) : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private async Task Build(Engine engine, string tag, string dockerfile)
    {
        Directory.CreateDirectory(_scratch["c"]);
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
        await engine.Ok("build", "-t", tag, _scratch["c"]);
    }

    private static async Task<List<JsonNode>> Records(Engine engine) =>
        [.. ((await engine.Api.Get("/system/df?type=build-cache")).Json["BuildCache"] as JsonArray ?? []).Select(record => record!)];

    private static string Text(JsonNode record, string name) => record[name]?.ToString() ?? "";

    [Fact]
    public async Task TheDirectoriesOfCommandsAreListedAndPruned()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await Build(engine, "built", "FROM busybox\nRUN --mount=type=cache,target=/k head -c 1000000 /dev/zero > /k/file\n"
            + "RUN echo x > /x\n");
        List<JsonNode> records = await Records(engine);
        JsonNode place = records.Single(record => Text(record, "Type") == "exec.cachemount");
        Assert.Equal("cached mount /k from exec /bin/sh -c head -c 1000000 /dev/zero > /k/file", Text(place, "Description"));
        Assert.Equal(("1000000", "1", "false", "false"),
            (Text(place, "Size"), Text(place, "UsageCount"), Text(place, "InUse"), Text(place, "Shared")));
        Assert.Matches($"(?m)^{Text(place, "ID")[..12]}", await engine.Ok("builder", "du"));
        await engine.Daemon.Kill();
        await engine.Daemon.Start();
        Assert.Equal(place.ToJsonString(),
            (await Records(engine)).Single(record => Text(record, "Type") == "exec.cachemount").ToJsonString());

        // What the image has stays without --all; the step that has changed nothing is no image's.
        Assert.Contains("Total reclaimed space: 1MB", await engine.Ok("builder", "prune", "-f", "--filter", "type=exec.cachemount"));
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{engine.Daemon.DataRoot}/build/mounts"));
        await engine.Ok("builder", "prune", "-f");
        Assert.Equal(["RUN echo x > /x"], (await Records(engine)).Select(record => Text(record, "Description")));
        await engine.Ok("builder", "prune", "-f", "-a");
        Assert.Empty(await Records(engine));
        Assert.Equal("x", await engine.Ok("run", "--rm", "built", "cat", "/x"));
    }

    /// <summary>Somebody has mounted something there.</summary>
    [Fact]
    public async Task WhatWouldNotGoKeepsTheDaemonFromNothing()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await engine.Daemon.Kill();
        string half = $"{engine.Daemon.DataRoot}/build/mounts/half.removed";
        Directory.CreateDirectory($"{half}/busy");
        (await engine.Machine.RunInside("mount", "-t", "tmpfs", "none", $"{half}/busy")).Succeeded();
        await engine.Daemon.Start();
        Assert.Empty(await Records(engine));
        (await engine.Machine.RunInside("umount", $"{half}/busy")).Succeeded();
        await engine.Daemon.Kill();
        await engine.Daemon.Start();
        Assert.False(Directory.Exists(half));
    }

    /// <summary>After each build no more is there than the configuration allows, and it is what was used last.</summary>
    [Fact]
    public async Task TheConfigurationBoundsIt()
    {
        string file = _scratch["daemon.json"];
        await File.WriteAllTextAsync(file, """
            {"builder": {"gc": {"policy": [{"all": true, "filter": ["unused-for=1000h"]}, {"all": true, "maxUsedSpace": "3MB"}]}}}
            """);
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry", "--config-file", file);
        for (int i = 0; i < 6; i++)
        {
            await Build(engine, "bounded", $"FROM busybox\nRUN head -c {Megabyte} /dev/urandom > /{i}\n");
            await engine.Ok("rmi", "-f", "bounded");
        }
        await Build(engine, "last", "FROM busybox\nRUN true\n");
        List<JsonNode> records = [];
        await Eventually.True(async () =>
        {
            records = await Records(engine);
            return records.Sum(record => record["Size"]!.GetValue<long>()) <= 3 * Megabyte;
        }, () => $"it fits:\n{string.Join('\n', records)}");
        Assert.Contains(records, record => Text(record, "Description").EndsWith("/5", StringComparison.Ordinal));
        Assert.DoesNotContain(records, record => Text(record, "Description").EndsWith("/0", StringComparison.Ordinal));
        // They are on the disk no more either.
        await Eventually.True(() => OnDisk(engine) <= 3, () => $"the layers have gone: {OnDisk(engine)} are left");
    }

    private static int OnDisk(Engine engine) => Directory.EnumerateFiles(engine.Daemon.DataRoot, "?",
        new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Count(path => Path.GetFileName(path)[0] is >= '0' and <= '5');

    public static TheoryData<string, string, HttpStatusCode, string> Filters => new()
    {
        { """{"nope":["x"]}""", "", HttpStatusCode.BadRequest, "failed to prune build cache: invalid filter 'nope'" },
        { """{"mutable":["x"]}""", "", HttpStatusCode.BadRequest, "failed to prune build cache: invalid filter 'mutable'" },
        { """{"id":["a","b"]}""", "", HttpStatusCode.BadRequest, "failed to prune build cache: filters expect only one value" },
        {
            """{"until":["24h"],"unused-for":["1h"]}""", "", HttpStatusCode.BadRequest,
            "failed to prune build cache: conflicting filters: \"until\" and \"unused-for\""
        },
        { """{"until":["x"]}""", "", 0, "failed to prune build cache: \"until\" filter expects a duration (e.g., '24h')" },
        { """{"until":["1000h"],"type":["regular"]}""", "", HttpStatusCode.OK, "" },
        { """{"id":["nosuch"]}""", "&all=1&keep-storage=5&reserved-space=6&max-used-space=7&min-free-space=8", HttpStatusCode.OK, "" },
        { """{"type":["nope"]}""", "", HttpStatusCode.OK, "" },
        { """{"description":["nope"]}""", "&all=1", HttpStatusCode.OK, "" },
        { """{"inuse":["true"]}""", "", HttpStatusCode.OK, "" },
        { """{"parent":["nope"]}""", "", HttpStatusCode.OK, "" },
        { "{}", "&keep-storage=x", 0, "keep-storage is in bytes and expects an integer, got x" },
    };

    [Theory, MemberData(nameof(Filters))]
    public async Task AnswersAPruneAsDockerDoes(string filters, string rest, HttpStatusCode status, string message)
    {
        foreach (DaemonKind kind in (DaemonKind[])[DaemonKind.Gantry, DaemonKind.Docker])
        {
            if (kind == DaemonKind.Docker && Programs.Find("dockerd") is null) continue;
            await using Engine engine = new("gantry", await daemons.Of(kind));
            ApiClient.Answer answer = await engine.Api.Post($"/build/prune?filters={Uri.EscapeDataString(filters)}{rest}");
            // Where dockerd says that it is its own mistake, it is the caller's here.
            if (status != 0) Assert.Equal(status, answer.Status);
            else Assert.Equal(kind == DaemonKind.Gantry ? HttpStatusCode.BadRequest : HttpStatusCode.InternalServerError, answer.Status);
            if (message.Length > 0) Assert.StartsWith(message, answer.Message, StringComparison.OrdinalIgnoreCase);
            else Assert.Equal(0, answer.Json["SpaceReclaimed"]!.GetValue<int>());
        }
    }
}
