using System.Globalization;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers;

public sealed class LogsTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task KeepsTheStreamsApart(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Run("run", "--name", container, "busybox", "sh", "-c", "echo one; echo two >&2; printf three");
        Command.Result logs = await engine.Run("logs", container);
        Assert.Equal((0, "one\nthree", "two\n"), (logs.Code, logs.Output, logs.Error));
    }

    [Theory, EveryEngine]
    public async Task WhatIsAskedForIsToldOfEachLine(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "--name", container, "--label", "colour=green", "--label", "size=big", "-e", "APP=1", "-e", "OTHER=2",
            "--log-opt", "labels=size,nosuch", "--log-opt", "labels-regex=^col", "--log-opt", "env-regex=^A",
            "--log-opt", "tag={{.Name}} of {{.ImageName}}", "busybox", "echo", "hi");
        string line = await engine.Ok("logs", "--details", container);
        Assert.EndsWith(" hi", line);
        Assert.Equal(new[] { "APP=1", "colour=green", "size=big", $"tag={container}+of+busybox" },
            line[..^3].Split(',').Order(StringComparer.Ordinal));
    }

    [Theory, EveryEngine]
    public async Task TheDriverLocalRotatesPacksAndIsReadAsAnyOther(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "--name", container, "--log-driver", "local", "--log-opt", "max-size=50k", "--log-opt", "max-file=4",
            "busybox", "seq", "1", "20000");
        Assert.Equal(" local", await engine.Ok("inspect", "-f", "{{.LogPath}} {{.HostConfig.LogConfig.Type}}", container));
        Assert.Equal("19998\n19999\n20000", await engine.Ok("logs", "--tail", "3", container));
        int[] kept = Numbers(await engine.Ok("logs", container));
        Assert.InRange(kept.Length, 1000, 19_999);
        Assert.Equal(Enumerable.Range(20_001 - kept.Length, kept.Length), kept);
        Assert.Equal(kept[^2000..], Numbers(await engine.Ok("logs", "--tail", "2000", container)));
    }

    private static int[] Numbers(string lines) => [.. lines.Split('\n').Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    [Theory, EveryEngine]
    public async Task TailGivesTheLastLines(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "--name", container, "busybox", "seq", "1", "3000");
        Assert.Equal("2998\n2999\n3000", await engine.Ok("logs", "--tail", "3", container));
        Assert.Equal("", await engine.Ok("logs", "--tail", "0", container));
        Assert.Equal(3000, (await engine.Ok("logs", "-n", "all", container)).Split('\n').Length);
        Assert.Equal(3000, (await engine.Ok("logs", "--tail", "5000", container)).Split('\n').Length);
    }

    [Theory, EveryEngine]
    public async Task TimestampsAndSinceAgree(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "--name", container, "busybox", "sh", "-c", "echo early; sleep 1.1; echo late");
        string[] lines = (await engine.Ok("logs", "-t", container)).Split('\n');
        Assert.Equal(2, lines.Length);
        string[] stamps = [.. lines.Select(l => l.Split(' ')[0])];
        Assert.All(stamps, stamp => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$", stamp));
        TimeSpan between =
            DateTimeOffset.Parse(stamps[1], CultureInfo.InvariantCulture) - DateTimeOffset.Parse(stamps[0], CultureInfo.InvariantCulture);
        Assert.InRange(between.TotalSeconds, 1, 60);
        Assert.Equal("late", await engine.Ok("logs", "--since", stamps[1], container));
        Assert.Equal("early", await engine.Ok("logs", "--until", stamps[0], container));
        Assert.Equal("", await engine.Ok("logs", "--since", "2000000000", container));
        Assert.Equal("early\nlate", await engine.Ok("logs", "--since", "1h", container));
    }

    [Theory, EveryEngine]
    public async Task FollowShowsLinesAsTheyComeAndEndsWithTheContainer(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c",
            "echo first; while [ ! -e /go ]; do sleep 0.05; done; echo last");
        await using RunningProcess logs = engine.Start("logs", "-f", container);
        await logs.Shows("first");
        Assert.DoesNotContain("last", logs.Output);
        // The container may end before the command in it does, which then ends by a signal.
        await engine.Run("exec", container, "touch", "/go");
        Assert.Equal(0, await logs.Ends());
        Assert.Equal("first\nlast\n", logs.Output);
    }

    [Theory, EveryEngine]
    public async Task FollowWithTailStartsThere(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c",
            "seq 1 10; while [ ! -e /go ]; do sleep 0.05; done; echo last");
        await Eventually.True(async () => (await engine.Ok("logs", container)).EndsWith("10", StringComparison.Ordinal), "ten lines");
        await using RunningProcess logs = engine.Start("logs", "-f", "--tail", "1", container);
        await logs.Shows("10");
        // The container may end before the command in it does, which then ends by a signal.
        await engine.Run("exec", container, "touch", "/go");
        Assert.Equal(0, await logs.Ends());
        Assert.Equal("10\nlast\n", logs.Output);
    }

    [Theory, EveryEngine]
    public async Task TwoFollowersSeeTheSame(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c", "while [ ! -e /go ]; do sleep 0.05; done; seq 1 2000");
        await using RunningProcess one = engine.Start("logs", "-f", container), two = engine.Start("logs", "-f", container);
        // The container may end before the command in it does, which then ends by a signal.
        await engine.Run("exec", container, "touch", "/go");
        await one.Ends();
        await two.Ends();
        string all = string.Concat(Enumerable.Range(1, 2000).Select(i => $"{i}\n"));
        // On a busy machine dockerd of this version ends a follower before it has sent all.
        if (name == "dockerd") Assert.All([one.Output, two.Output], seen => Assert.StartsWith(seen, all, StringComparison.Ordinal));
        else Assert.All([one.Output, two.Output], seen => Assert.Equal(all, seen));
    }

    [Theory, EveryEngine]
    public async Task TheFileIsDockersJson(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "--name", container, "busybox", "echo", "a \"quoted\" line");
        string path = await engine.Inspect(container, "{{.LogPath}}");
        Assert.EndsWith("-json.log", path);
        Assert.Matches("""^\{"log":"a \\"quoted\\" line\\n","stream":"stdout","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"\}\n$""",
            await File.ReadAllTextAsync(path));
    }

    [Theory, EveryEngine]
    public async Task RotatesAtTheGivenSize(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "--log-opt", "max-size=20k", "--log-opt", "max-file=3", "busybox", "sh", "-c",
            "seq 1 3000; seq 1 3000 >/dev/null");
        await engine.Ok("wait", container);
        string path = await engine.Inspect(container, "{{.LogPath}}");
        string[] files = [.. Directory.GetFiles(Path.GetDirectoryName(path)!, "*-json.log*").Order(StringComparer.Ordinal)];
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 21_000));
        string[] left = (await engine.Ok("logs", container)).Split('\n');
        Assert.Equal("3000", left[^1]);
        // What is left is without a gap.
        Assert.Equal(Enumerable.Range(3001 - left.Length, left.Length).Select(i => $"{i}"), left);
    }
}
