using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Leftovers;

public sealed class NothingIsLeftTests
{
    [Theory, EveryEngine]
    public async Task AfterEverythingIsRemoved(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        // Once through, so that what is made for good at the first use is there already.
        await engine.Ok("run", "--rm", "-p", "9999:80", "busybox", "true");
        IReadOnlyList<string> before = await Settled(daemon);

        await Everything(engine);
        string ids = await engine.Ok("ps", "-aq");
        await engine.Ok(["rm", "-f", "-v", .. ids.Split('\n')]);

        List<string> left = [], gone = [];
        // A container's last things go just after its removal is answered.
        for (int attempt = 0; attempt < 240; attempt++)
        {
            IReadOnlyList<string> after = await Snapshot.Take(daemon);
            left = [.. after.Except(before).Where(line => !Forgiven(engine, line))];
            gone = [.. before.Except(after).Where(line => !Forgiven(engine, line))];
            if (left.Count == 0 && gone.Count == 0) break;
            await Task.Delay(250);
        }
        Assert.True(left.Count == 0, "left behind:\n" + string.Join('\n', left));
        Assert.True(gone.Count == 0, "gone:\n" + string.Join('\n', gone));
    }

    /// <summary>All ways a container can begin and end, well and badly.</summary>
    private static async Task Everything(Engine engine)
    {
        string running =
            await engine.RunIdle("-p", "8001:80", "-p", "127.0.0.1:8002:81/udp", "-v", "/anonymous", "--tmpfs", "/scratch", "-m", "64m");
        string paused = await engine.RunIdle("-v", "/etc");
        await engine.Ok("pause", paused);
        await engine.RunIdle("--network", "host");
        await engine.RunIdle("--network", "none");
        await engine.RunIdle("-t");
        await engine.Ok("exec", "-d", running, "sleep", "1000");
        await engine.Ok("exec", running, "true");
        await engine.Ok("create", "--name", engine.NewName(), "-p", "8003:80", "busybox", "true");
        await engine.Run("run", "--name", engine.NewName(), "busybox", "no-such-command");
        await engine.Run("run", "--rm", "busybox", "no-such-command");
        await engine.Run("run", "--name", engine.NewName(), "busybox", "/etc/passwd");
        await engine.Run("run", "--name", engine.NewName(), "-w", "/etc/passwd", "busybox", "true");
        await engine.Run("run", "--name", engine.NewName(), "-u", "unknown-user", "busybox", "true");
        await engine.Run("run", "--name", engine.NewName(), "-p", "8001:80", "busybox", "true");
        await engine.Run("run", "--name", engine.NewName(), "-m", "20m", "--memory-swap", "20m", "busybox", "dd", "if=/dev/zero",
            "of=/dev/null", "bs=100M", "count=1");
        string stopped = await engine.RunIdle("-p", "8004:80");
        await engine.Ok("stop", stopped);
        await engine.Ok("start", stopped);
        await engine.Ok("restart", stopped);
        await engine.Ok("rename", stopped, engine.NewName("renamed"));
        // Children that nobody waits for, and output that nobody reads.
        await engine.Ok("run", "-d", "--name", engine.NewName(), "busybox", "sh", "-c",
            "sleep 1000 & sleep 1000 & seq 1 100000; exec sleep 1000");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => engine.Ok("run", "--rm", "-p", $"{8100 + i}:80", "busybox", "echo", $"{i}")));
        await engine.Run("run", "--rm", "busybox", "sh", "-c", "kill -9 $$");
    }

    private static async Task<IReadOnlyList<string>> Settled(TestDaemon daemon)
    {
        IReadOnlyList<string> last = await Snapshot.Take(daemon);
        for (int attempt = 0; attempt < 20; attempt++)
        {
            await Task.Delay(250);
            IReadOnlyList<string> next = await Snapshot.Take(daemon);
            if (next.SequenceEqual(last)) break;
            last = next;
        }
        return last;
    }

    /// <summary>What is meant to stay, or comes and goes by itself.</summary>
    private static bool Forgiven(Engine engine, string line) =>
        engine.IsPeer
            && (line.Contains("/containerd/") || line.Contains("/netns/") || line.StartsWith("process docker-", StringComparison.Ordinal)
            || line.Contains("ended"));
}
