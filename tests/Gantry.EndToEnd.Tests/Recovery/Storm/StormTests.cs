using System.Collections.Concurrent;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Leftovers;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Recovery.Storm;

/// <summary>Everything at once, and kills at any moment: of the daemon, of supervisors, of both,
/// and of the daemon while it starts.</summary>
/// <remarks>GANTRY_STORM_ROUNDS=300 lasts longer, GANTRY_STORM_SEED repeats what was asked and when it was killed,
/// as far as a machine repeats itself.</remarks>
public sealed class StormTests(ITestOutputHelper output)
{
    private const int Slots = 20;

    [Fact]
    public async Task WhatWasAnsweredForSurvivesAndNothingIsLeft()
    {
        int rounds = Variables.Number("GANTRY_STORM_ROUNDS", 6), seed = Variables.Number("GANTRY_STORM_SEED", Random.Shared.Next());
        output.WriteLine($"GANTRY_STORM_SEED={seed}");
        Random random = new(seed);
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        TestDaemon daemon = engine.Daemon;
        // Once through, so that what is made for good at the first use is there already.
        await engine.Ok("run", "--rm", "-p", "9999:80", "-v", "first:/data", "busybox", "true");
        await engine.Ok("volume", "rm", "first");
        await engine.Ok("create", "--name", "first", "busybox", "true");
        await engine.Ok("commit", "first", "first");
        await engine.Ok("cp", "first:/etc/passwd", "-");
        await engine.Ok("rm", "first");
        await engine.Ok("rmi", "first");
        IReadOnlyList<string> before = await Snapshot.Take(daemon), mounts = daemon.Machine.Mounts();
        IReadOnlyList<string> descriptors = daemon.Descriptors;

        ConcurrentQueue<string> faults = new();
        List<Slot> slots =
            [.. Enumerable.Range(0, Slots).Select(number => new Slot(number, new Random(seed + number), engine.Api, faults.Enqueue))];
        StormChecker checker = new(daemon, engine.Api, slots, mounts);
        for (int round = 0; round < rounds; round++)
        {
            await Rage(daemon, slots, random);
            Assert.True(faults.IsEmpty, $"round {round}, seed {seed}:\n{string.Join('\n', faults)}\n{daemon.Log}");
            await checker.Check();
        }
        await RemoveAll(engine, slots);
        await NothingIsLeft(daemon, before);
        await Eventually.True(() => daemon.Descriptors.Count <= descriptors.Count + 8,
            () => $"no descriptor stays open:\n{string.Join('\n', daemon.Descriptors)}\nbefore:\n{string.Join('\n', descriptors)}");
    }

    private static async Task Rage(TestDaemon daemon, List<Slot> slots, Random random)
    {
        using CancellationTokenSource round = new();
        Task[] work = [.. slots.Select(slot => Task.Run(() => slot.Work(round.Token)))];
        int kind = random.Next(4);
        await Task.Delay(random.Next(100, 900));
        if (kind is 1 or 2) KillSupervisors(daemon, slots, random);
        if (kind == 1) await Task.Delay(random.Next(300));
        await round.CancelAsync();
        if (kind != 1) await daemon.Kill();
        await Task.WhenAll(work);
        if (kind == 1) return;
        if (kind == 2) KillSupervisors(daemon, slots, random);
        for (int i = random.Next(3); i > 0; i--) await daemon.StartAndKill(TimeSpan.FromMilliseconds(random.Next(120)));
        await daemon.Start();
    }

    private static void KillSupervisors(TestDaemon daemon, List<Slot> slots, Random random)
    {
        List<(int Process, string Line)> shims =
            [.. daemon.Machine.Processes().Select(process => (process, StormChecker.CommandLine(process))).Where(item =>
            item.Item2.Contains(" shim "))];
        foreach ((int process, string line) in shims.Where(_ => random.Next(6) == 0))
        {
            // Which slot's it is cannot be known while its create is not answered: then its state is in doubt already.
            if (slots.FirstOrDefault(slot => slot.Id.Length > 0 && line.Contains(slot.Id)) is { } slot) slot.KilledSupervisor();
            else continue;
            Signals.Kill(process);
        }
    }

    private static async Task RemoveAll(Engine engine, List<Slot> slots)
    {
        string ids = await engine.Ok("ps", "-aq");
        if (ids.Length > 0) await engine.Ok(["rm", "-f", "-v", .. ids.Split('\n')]);
        foreach (Slot slot in slots)
        {
            if (slot.HasVolume.Value) await engine.Ok("volume", "rm", slot.Volume);
            if (slot.HasNetwork.Value) await engine.Ok("network", "rm", slot.Network);
            if (slot.HasTag.Value) await engine.Ok("rmi", slot.Tag);
        }
        await engine.Ok("image", "prune", "-f");
    }

    private static async Task NothingIsLeft(TestDaemon daemon, IReadOnlyList<string> before)
    {
        List<string> left = [];
        for (int attempt = 0; attempt < 80; attempt++)
        {
            left = [.. (await Snapshot.Take(daemon)).Except(before)];
            if (left.Count == 0) return;
            await Task.Delay(250);
        }
        Assert.Fail($"{left.Count} things are left:\n{string.Join('\n', left.Take(100))}\n{daemon.Log}");
    }
}
