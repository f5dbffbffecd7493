using System.Diagnostics;
using System.Security.Cryptography;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>Transfers that are cut off at any moment go on with the next try. <c>GANTRY_KILL_ROUNDS=100</c> for the long run.</summary>
public sealed class FaultTests
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("GANTRY_KILL_ROUNDS"), out int rounds) ? rounds
        : 2;
    /// <summary>The last is large enough to come in ranges.</summary>
    private static readonly int[] Sizes = [3 << 20, 6 << 20, 40 << 20];

    [Fact]
    public async Task APullThatIsKilledAtAnyMomentGoesOn()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry, "--push-compression", "none");
        await using Engine engine = new("gantry", daemon);
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/killed:1";
        await Load(engine, image, 0);
        await engine.Ok("push", image);
        await engine.Ok("rmi", image);
        double duration = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await engine.Ok("pull", image);
            duration = Math.Min(duration, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (i < 2) await engine.Ok("rmi", image);
        }
        long before = registry.BytesSent;
        int goneOn = 0;
        for (int round = 0; round < Rounds; round++)
        {
            await engine.Ok("rmi", image);
            await using (RunningProcess pull = engine.Start("pull", image))
            {
                await Task.Delay(Random.Shared.Next((int)duration));
                await daemon.Kill();
            }
            await daemon.Start();
            if (Directory.GetFiles($"{daemon.DataRoot}/content/partial").Length > 0) goneOn++;
            await engine.Ok("pull", image);
            await IsWhole(engine, 0);
            Assert.Empty(Directory.GetFiles($"{daemon.DataRoot}/content/partial"));
        }
        double share = (registry.BytesSent - before) / (double)Rounds / Sizes.Sum();
        TestContext.Current.TestOutputHelper?.WriteLine($"pull: {Rounds} kills within {duration:0} ms, {goneOn} with a part to go on "
            + $"with; bytes sent per round: {share:0.00} times the image");
        // What was on its way is lost, and what waited for its turn; beginning anew would come to about 1.5.
        if (Rounds >= 50) Assert.InRange(share, 0.9, 1.45);
    }

    [Fact]
    public async Task APushThatIsKilledAtAnyMomentGoesOn()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await using Engine engine = new("gantry", daemon);
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/killed:1";
        await Load(engine, image, 0, layers: 2);
        long start = Stopwatch.GetTimestamp();
        await engine.Ok("push", image);
        int duration = (int)(Stopwatch.GetElapsedTime(start).TotalMilliseconds * 1.1), present = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            // Another image each time: its layers are neither compressed nor anywhere else.
            await engine.Ok("rmi", image);
            await Load(engine, image, round, layers: 2);
            await using (RunningProcess push = engine.Start("push", image))
            {
                await Task.Delay(Random.Shared.Next(duration));
                await daemon.Kill();
            }
            await daemon.Start();
            if ((await engine.Ok("push", image)).Contains("Layer already exists", StringComparison.Ordinal)) present++;
            await engine.Ok("rmi", image);
            await engine.Ok("pull", image);
            await IsWhole(engine, round, layers: 2);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"push: {Rounds} kills within {duration} ms; {present} went on behind layers that were there");
    }

    /// <summary>It knows nothing any more of what it was sent.</summary>
    [Fact]
    public async Task ARegistryThatIsKilledDuringAPushGetsItsLayersAnew()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry, "--push-compression", "none");
        await using Engine engine = new("gantry", daemon);
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/killed:1";
        await Load(engine, image, 0);
        await using (RunningProcess push = engine.Start("push", image))
        {
            await Eventually.True(() => push.HasExited || registry.Uploads > 0, "a layer is on its way");
            await registry.Kill();
            await registry.Start();
            Assert.True(await push.Ends() == 0, push.Error);
        }
        await engine.Ok("rmi", image);
        await engine.Ok("pull", image);
        await IsWhole(engine, 0);
    }

    /// <remarks>Debian's registry refuses to go on behind a request that broke off,
    /// so one that keeps to the specification plays its part.</remarks>
    [Fact]
    public async Task APushThatIsKilledInsideALayerGoesOnInsideIt()
    {
        Assert.SkipUnless(Programs.Find("python3") is not null, "python3 is not installed");
        const int size = 64 << 20, before = 40 << 20;
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry, "--push-compression", "zstd");
        await using Engine engine = new("gantry", daemon);
        await using RunningProcess registry = new(daemon.Machine.Enter[0],
            [.. daemon.Machine.Enter.Skip(1), Programs.Find("python3")!,
                Path.Combine(AppContext.BaseDirectory, "Registries/keeping-registry.py"), "5999", $"{before}"]);
        await registry.Shows("listening");
        string archive = $"{daemon.Root}/image.tar", image = "localhost:5999/tests/killed:1";
        byte[] content = new byte[size];
        new Random(7).NextBytes(content);
        LayeredArchive.Write(archive, image, [("data", content)]);
        await engine.Ok("load", "-q", "-i", archive);
        await using (RunningProcess push = engine.Start("push", image))
        {
            await registry.Shows("paused");
            await daemon.Kill();
        }
        (await daemon.Machine.Run("curl", "-s", "-X", "POST", "http://localhost:5999/go")).Succeeded();
        await registry.Shows("broke off");
        await daemon.Start();
        await engine.Ok("push", image);
        Assert.InRange(Number(registry.Output, "asked at "), before, size);
        long received = Number(registry.Output, "whole at ");
        TestContext.Current.TestOutputHelper?.WriteLine($"push: {received} bytes received for a layer of {size}");
        Assert.InRange(received, size, size * 1.3);
        Assert.Empty(Directory.GetFiles($"{daemon.DataRoot}/uploads"));
        Assert.Empty(Directory.GetFiles($"{daemon.DataRoot}/content/partial"));
        await engine.Ok("rmi", image);
        await engine.Ok("pull", image);
        await engine.Ok("system", "check");
    }

    private static long Number(string output, string after) =>
        long.Parse(output[(output.IndexOf(after, StringComparison.Ordinal) + after.Length)..].Split('\n')[0]);

    [Fact]
    public async Task ADiskThatIsFullIsToldAndLeavesNothingHalf()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry, "--push-compression", "none");
        await using Engine engine = new("gantry", daemon);
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/large:1", disk = $"{daemon.Root}/disk", ballast = $"{daemon.DataRoot}/ballast";
        await Load(engine, image, 0);
        await engine.Ok("push", image);
        await daemon.Stop();
        // 49 MiB come compressed and unpacked: too much while the ballast is there.
        (await Command.Run("sh", "-c", $"truncate -s 200M {disk} && mke2fs -q -t ext4 -O ^has_journal -F {disk}")).Succeeded();
        Command.Result mounted = await daemon.Machine.RunInside("mount", "-o", "loop", disk, daemon.DataRoot);
        Assert.SkipUnless(mounted.Code == 0, $"no loop device: {mounted.All}");
        (await daemon.Machine.RunInside("sh", "-c", $"head -c 130000000 /dev/zero > {ballast}")).Succeeded();
        await daemon.Start();

        for (int i = 0; i < 2; i++)
        {
            Command.Result full = await engine.Run("pull", image);
            Assert.Equal(1, full.Code);
            Assert.Contains("no space left on device", full.Error);
            Assert.Equal("", await engine.Ok("images", "-q"));
            // What was unpacked is removed in the background.
            await Eventually.True(async () => (await daemon.Machine.RunInside("sh", "-c",
                $"ls {daemon.DataRoot}/overlay2 | grep -v '^l$'; find {daemon.DataRoot}/content/ingest -type f")).Output.Length == 0,
                "nothing half is left");
        }
        (await daemon.Machine.RunInside("rm", ballast)).Succeeded();
        long before = registry.BytesSent;
        await engine.Ok("pull", image);
        Assert.True(registry.BytesSent - before < Sizes.Sum(), "it went on with what had come");
        await IsWhole(engine, 0);
        await daemon.Stop();
        await daemon.Machine.RunInside("umount", daemon.DataRoot);
    }

    [Fact]
    public async Task WhatAPowerLossLeftOfADownloadIsFetchedAnew()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry, "--push-compression", "none");
        await using Engine engine = new("gantry", daemon);
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/damaged:1";
        await Load(engine, image, 0);
        await engine.Ok("push", image);
        FileInfo[] layers =
            [.. new DirectoryInfo($"{daemon.DataRoot}/content/blobs/sha256").GetFiles().Where(static file => file.Length > 1 << 20)];
        Assert.Equal(Sizes.Length, layers.Length);
        await engine.Ok("rmi", image);
        // One is whole and wrong, one a beginning that is wrong.
        await File.WriteAllBytesAsync($"{daemon.DataRoot}/content/partial/{layers[0].Name}", new byte[layers[0].Length]);
        await File.WriteAllBytesAsync($"{daemon.DataRoot}/content/partial/{layers[1].Name}", new byte[1 << 20]);
        await engine.Ok("pull", image);
        await IsWhole(engine, 0);
        Assert.Empty(Directory.GetFiles($"{daemon.DataRoot}/content/partial"));

        await File.WriteAllBytesAsync($"{daemon.DataRoot}/content/partial/{layers[0].Name}", new byte[2_000_000]);
        Assert.Contains("Total reclaimed space: 2MB", await engine.Ok("image", "prune", "-f"));
        Assert.Empty(Directory.GetFiles($"{daemon.DataRoot}/content/partial"));
    }

    [Fact]
    public async Task PruneTakesWhatAKilledPullLeftAndNothingOfOneUnderWay()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry, "--push-compression", "none");
        await using Engine engine = new("gantry", daemon);
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/pruned:1", partial = $"{daemon.DataRoot}/content/partial";
        await Load(engine, image, 1, layers: 1);
        await engine.Ok("tag", image, "kept");
        await Load(engine, image, 0);
        await engine.Ok("push", image);
        for (int i = 0; i < 20 && Directory.GetFiles(partial).Length == 0; i++)
        {
            await engine.Run("rmi", image);
            await using (RunningProcess pull = engine.Start("pull", image))
            {
                await Eventually.True(() => pull.HasExited || Directory.GetFiles(partial).Length > 0, "the pull has begun");
                await daemon.Kill();
            }
            await daemon.Start();
        }
        Assert.NotEmpty(Directory.GetFiles(partial));
        await engine.Run("rmi", image);
        await engine.Ok("image", "prune", "-f");
        Assert.Empty(Directory.GetFiles(partial));
        Assert.Equal(3, Directory.GetFiles($"{daemon.DataRoot}/content/blobs/sha256").Length);
        await Eventually.True(() => Directory.GetDirectories($"{daemon.DataRoot}/overlay2")
            .Count(static path => Path.GetFileName(path) != "l") == 1, "one layer is left");
        await engine.Ok("system", "check");

        int prunes = 0;
        await using (RunningProcess pull = engine.Start("pull", image))
        {
            for (; !pull.HasExited; prunes++) await engine.Api.Post("/images/prune");
            Assert.Equal(0, await pull.Ends());
        }
        Assert.True(prunes > 0);
        await engine.Ok("rmi", "kept");
        await IsWhole(engine, 0);
    }

    /// <summary>An image of layers with one file each that cannot be compressed.</summary>
    private static async Task Load(Engine engine, string name, int variant, int layers = 3)
    {
        string archive = $"{engine.Daemon.Root}/image.tar";
        LayeredArchive.Write(archive, name, [.. Enumerable.Range(0, layers).Select(i => ($"data{i}", Content(variant, i)))]);
        await engine.Ok("load", "-q", "-i", archive);
        File.Delete(archive);
    }

    private static byte[] Content(int variant, int layer)
    {
        byte[] content = new byte[Sizes[layer]];
        new Random(variant * 100 + layer).NextBytes(content);
        return content;
    }

    private static async Task IsWhole(Engine engine, int variant, int layers = 3)
    {
        for (int i = 0; i < layers; i++)
        {
            string sum = (await engine.Daemon.Machine.RunInside("sh", "-c", $"sha256sum {engine.Daemon.DataRoot}/overlay2/*/diff/data{i}"))
                .Succeeded();
            Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(Content(variant, i))), sum, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', sum);
        }
        await engine.Ok("system", "check");
    }
}
