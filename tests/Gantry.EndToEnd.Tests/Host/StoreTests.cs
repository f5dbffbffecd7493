using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Host;

/// <summary>The data root: what it takes, whether it is whole, and what happens when the disk is full.</summary>
public sealed class StoreTests
{
    [Fact]
    public async Task WhatDfShowsIsWhatDuShows()
    {
        await using TestDaemon daemon = await Start();
        await using Engine engine = new("gantry", daemon);
        string container = engine.NewName();
        await engine.Ok("run", "--network", "none", "--name", container, "-v", "data:/data", "busybox", "sh", "-c",
            "head -c 3000000 /dev/urandom > /data/f; head -c 2000000 /dev/urandom > /own; i=0; while [ $i -lt 300 ]; do echo x > /tmp/$i; "
                + "i=$((i+1)); done; seq 50000");
        await engine.Ok("commit", container, "more");
        // What a commit has made gets its archive behind its back.
        string archive = JsonNode.Parse(await engine.Ok("inspect", "more"))![0]!["RootFS"]!["Layers"]!.AsArray()[^1]!.ToString()[7..];
        await Eventually.True(() => File.Exists($"{daemon.DataRoot}/content/blobs/sha256/{archive}"), "the archive is there");
        JsonNode usage = (await engine.Api.Get("/system/df")).Json;
        long shown = (long)usage["LayersSize"]! + usage["Containers"]!.AsArray()
            .Sum(one => (long)one!["SizeRw"]!) + usage["Volumes"]!.AsArray().Sum(one => (long)one!["UsageData"]!["Size"]!);
        long used =
            long.Parse((await Command.Run("du", "-s", "-B1", daemon.DataRoot)).Succeeded().Split('\t')[0], CultureInfo.InvariantCulture);
        Assert.InRange(shown, used - 300_000, used + 100_000);
        // An image's own part and the shared ones add up to the whole.
        JsonArray images = usage["Images"]!.AsArray();
        Assert.Equal(2, images.Count);
        long unique = images.Sum(one => (long)one!["Size"]! - (long)one["SharedSize"]!), shared = (long)images[0]!["SharedSize"]!;
        Assert.InRange((long)usage["LayersSize"]! - unique - shared, 0, 100_000);
        string verbose = await engine.Ok("system", "df", "-v");
        Assert.Contains("more", verbose);
        Assert.Contains("data", verbose);
    }

    [Fact]
    public async Task APruneGivesBackWhatDfShows()
    {
        await using TestDaemon daemon = await Start();
        await using Engine engine = new("gantry", daemon);
        await engine.Ok("run", "--network", "none", "--name", engine.NewName(), "busybox", "sh", "-c",
            "head -c 2000000 /dev/urandom > /own; seq 50000");
        long shown = (long)(await engine.Api.Get("/system/df")).Json["Containers"]![0]!["SizeRw"]!;
        Assert.InRange(shown, 2_000_000, 8_000_000);
        Assert.Equal(shown, (long)(await engine.Api.Post("/containers/prune")).Json["SpaceReclaimed"]!);
    }

    [Fact]
    public async Task ADamagedStoreIsFoundAndRepaired()
    {
        await using TestDaemon daemon = await Start();
        await using Engine engine = new("gantry", daemon);
        Assert.Contains("all is well", await engine.Ok("system", "check"));
        string layer = Directory.GetFiles($"{daemon.DataRoot}/overlay2", "layer.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync($"{Path.GetDirectoryName(layer)}/diff/etc/passwd", "nobody knows\n");
        Command.Result found = await engine.Run("system", "check");
        Assert.Equal(1, found.Code);
        Assert.Contains("/etc/passwd", found.Output);
        Assert.Contains("with --repair: unpacked again from its archive", found.Output);
        Assert.Contains("1 problem repaired", await engine.Ok("system", "check", "--repair"));
        Assert.StartsWith("root:", await engine.Ok("run", "--rm", "--network", "none", "busybox", "cat", "/etc/passwd"));

        string blob = Directory.GetFiles($"{daemon.DataRoot}/content/blobs/sha256").MaxBy(path => new FileInfo(path).Length)!;
        await File.AppendAllTextAsync(blob, "x");
        Assert.Equal(1, (await engine.Run("system", "check", "-q")).Code);
        Assert.Contains("pull or load busybox:latest again", (await engine.Run("system", "check", "--repair")).Output);
        await engine.Ok("system", "check", "-q");
        await BaseImage.Import(daemon);
        Assert.Equal("again", await engine.Ok("run", "--rm", "--network", "none", "busybox", "echo", "again"));
    }

    [Fact]
    public async Task AFullDiskIsSaidAndLeavesNothingHalf()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await using Engine engine = new("gantry", daemon);
        using Scratch scratch = new();
        await daemon.Stop();
        await daemon.Machine.RunInside("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", daemon.DataRoot);
        await daemon.Start();
        await BaseImage.Import(daemon);
        string inside = $"/proc/{daemon.ProcessId}/root{daemon.DataRoot}";
        async Task<string> Free() =>
            (await daemon.Machine.RunInside("df", "--output=avail", "-k", daemon.DataRoot)).Succeeded().Split('\n')[^1].Trim();
        async Task Refused(params string[] arguments)
        {
            Command.Result result = await engine.Run(arguments);
            Assert.True(result.Code != 0, $"{string.Join(' ', arguments)}: {result.All}");
            Assert.Contains("no space left on device", result.All, StringComparison.OrdinalIgnoreCase);
        }

        await scratch.Shell("head -c 12000000 /dev/urandom > big; tar -cf big.tar big; tar -cf inner.tar big; mkdir x; printf "
            + "'[{\"Config\":\"c.json\",\"RepoTags\":[\"big:1\"],\"Layers\":[\"inner.tar\"]}]' > manifest.json; printf "
            + "'{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}' $(sha256sum "
            + "inner.tar | cut -d' ' -f1) > c.json; tar -cf load.tar c.json inner.tar manifest.json");
        int before = int.Parse(await Free());
        await Refused("import", scratch["big.tar"], "big");
        await Refused("load", "-i", scratch["load.tar"]);
        await Eventually.True(async () => int.Parse(await Free()) >= before - 100, "what was half there is gone");
        string container = engine.NewName();
        await engine.Ok("run", "--network", "none", "--name", container, "busybox", "sh", "-c", "head -c 8000000 /dev/urandom > /f");
        await Refused("commit", container, "big");
        Assert.Equal("busybox", await engine.Ok("images", "--format", "{{.Repository}}"));

        await daemon.Machine.RunInside("sh", "-c", $"cat /dev/zero > {daemon.DataRoot}/filler 2>/dev/null");
        Command.Result run = await engine.Run("run", "--rm", "--network", "none", "busybox", "echo", "no room");
        Assert.True(run.Code == 125 || run.Output == "no room\n", run.All);
        if (run.Code != 0) Assert.Contains("no space left on device", run.Error, StringComparison.OrdinalIgnoreCase);

        await daemon.Machine.RunInside("rm", $"{daemon.DataRoot}/filler");
        await engine.Ok("rm", container);
        Assert.Equal("again", await engine.Ok("run", "--rm", "--network", "none", "busybox", "echo", "again"));
        await scratch.Shell("head -c 1000000 /dev/urandom > small; tar -cf small.tar small");
        await engine.Ok("import", scratch["small.tar"], "small");
        Assert.Contains("all is well", await engine.Ok("system", "check"));
    }

    [Fact]
    public async Task WhatHappensOnAFullDiskIsTrueAndSavedLater()
    {
        await using TestDaemon daemon = await StartOnSmallDisk("16m");
        await using Engine engine = new("gantry", daemon);
        string ends = await engine.RunIdle(), killed = await engine.RunIdle(), stopped = await engine.RunIdle(),
            gone = await engine.RunIdle(), alone = await engine.RunIdle(), idle = await engine.RunIdle();
        await engine.Ok("volume", "create", "data");
        await engine.Ok("tag", "busybox", "other:1");
        int process = int.Parse(await engine.Inspect(ends, "{{.State.Pid}}")),
            last = int.Parse(await engine.Inspect(alone, "{{.State.Pid}}"));
        await using RunningProcess wait = engine.Start("wait", ends);
        await Fill(daemon);

        Signals.Terminate(process);
        await wait.Shows("0\n");
        Assert.Equal("exited 0", await engine.Inspect(ends, "{{.State.Status}} {{.State.ExitCode}}"));
        await engine.Ok("kill", killed);
        Assert.Equal("137", await engine.Ok("wait", killed));
        await engine.Ok("stop", "-t", "5", stopped);
        await engine.Ok("pause", idle);
        await engine.Ok("rm", "-f", gone);
        Assert.Contains("not saved yet",
            string.Join('\n', (await engine.Api.Get("/info")).Json["Warnings"]!.AsArray().Select(line => (string)line!)));

        // Nobody looks, and the disk takes not even the word of its end.
        await daemon.Kill();
        await Fill(daemon);
        Signals.Terminate(last);
        await Eventually.True(() => !Signals.Lives(last), "it has ended");
        await daemon.Start();
        await Eventually.True(async () => await engine.Inspect(alone, "{{.State.Status}} {{.State.ExitCode}}") == "exited 0",
            "the word of its end is found");
        Assert.Equal("busybox other", string.Join(' ', (await engine.Ok("images", "--format", "{{.Repository}}")).Split('\n').Order()));
        await engine.Ok("rm", ends);
        await engine.Ok("volume", "rm", "data");
        await engine.Ok("container", "prune", "-f");
        await engine.Ok("image", "prune", "-f");

        await Empty(daemon);
        await Eventually.True(async () => !string.Join('\n',
            (await engine.Api.Get("/info")).Json["Warnings"]!.AsArray().Select(line => (string)line!)).Contains("not saved"),
            "all is saved");
        await engine.Ok("rmi", "other:1");
        await daemon.Kill();
        await daemon.Start();
        Assert.Equal("paused", await engine.Inspect(idle, "{{.State.Status}}"));
        Assert.Equal("busybox", await engine.Ok("images", "--format", "{{.Repository}}"));
        Assert.Contains("all is well", await engine.Ok("system", "check"));
        Assert.Empty(Directory.GetFiles($"/proc/{daemon.ProcessId}/root{daemon.DataRoot}", "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ADaemonThatStopsHasMadeItsImagesDurable()
    {
        await using TestDaemon daemon = await Start();
        await using Engine engine = new("gantry", daemon);
        string container = engine.NewName();
        await engine.Ok("run", "--network", "none", "--name", container, "busybox", "sh", "-c", "head -c 100000000 /dev/urandom > /f");
        await engine.Ok("commit", container, "large");
        await daemon.Stop();
        string[] records = Directory.GetFiles($"{daemon.DataRoot}/image/overlay2/records");
        Assert.Equal(2, records.Length);
        Assert.All(records, static record => Assert.DoesNotContain("UnsyncedSince", File.ReadAllText(record)));
        await daemon.Start();
    }

    /// <summary>Whoever is told that something has changed need not fear the next kill.</summary>
    [Fact]
    public async Task WhatAFullDiskDoesNotTakeIsRefusedAndChangesNothing()
    {
        await using TestDaemon daemon = await StartOnSmallDisk("16m");
        await using Engine engine = new("gantry", daemon);
        using Scratch scratch = new();
        string running = await engine.RunIdle(), created = engine.NewName(), network = engine.NewName(), refused = engine.NewName();
        await engine.Ok("create", "--name", created, "busybox", "true");
        await engine.Ok("tag", "busybox", "other:1");
        await engine.Ok("network", "create", network);
        await scratch.Shell("echo > f; tar -cf small.tar f");
        await engine.Ok("import", scratch["small.tar"], "small:1");
        async Task<string> State() => string.Join('\n',
            await engine.Ok("images", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"),
            await engine.Ok("ps", "-a", "--format", "{{.Names}} {{.Networks}}"),
            await engine.Inspect(running, "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.PidsLimit}}"),
            await engine.Ok("network", "ls", "--format", "{{.Name}}"), await engine.Ok("volume", "ls", "-q"));
        string before = await State();
        await Fill(daemon);

        foreach (string[] arguments in (string[][])[["tag", "busybox", "third:1"], ["tag", "busybox", "small:1"], ["rmi", "other:1"],
            ["rename", running, refused], ["rename", created, refused], ["update", "--restart", "always", running],
            ["network", "connect", network, running], ["network", "connect", network, created],
            ["network", "disconnect", "bridge", running], ["network", "disconnect", "bridge", created],
            ["network", "create", refused], ["volume", "create", refused], ["import", scratch["small.tar"], "busybox"]])
        {
            Command.Result result = await engine.Run(arguments);
            Assert.True(result.Code != 0, $"{string.Join(' ', arguments)}: {result.All}");
            Assert.Contains("no space left on device", result.All);
            Assert.Equal(before, await State());
        }
        await daemon.Kill();
        await daemon.Start();
        Assert.Equal(before, await State());
        // Who makes room is not refused.
        await engine.Ok("rmi", "small:1");
        await Empty(daemon);
        await daemon.Kill();
        await daemon.Start();
        Assert.DoesNotContain("small", await engine.Ok("images"));
        await engine.Ok("rename", running, refused);
        engine.Adopt(refused);
        Assert.Contains("all is well", await engine.Ok("system", "check"));
    }

    private static async Task<TestDaemon> StartOnSmallDisk(string size)
    {
        TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await daemon.Stop();
        await daemon.Machine.RunInside("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", daemon.DataRoot);
        await daemon.Start();
        await BaseImage.Import(daemon);
        return daemon;
    }

    private static async Task Fill(TestDaemon daemon)
    {
        // The second time takes what was given back meanwhile.
        for (int i = 0; i < 2; i++)
            await daemon.Machine.RunInside("sh", "-c", $"cat /dev/zero >> {daemon.DataRoot}/filler 2>/dev/null; true");
    }

    private static async Task Empty(TestDaemon daemon) => await daemon.Machine.RunInside("rm", "-f", $"{daemon.DataRoot}/filler");

    private static async Task<TestDaemon> Start()
    {
        TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await BaseImage.Import(daemon);
        return daemon;
    }
}
