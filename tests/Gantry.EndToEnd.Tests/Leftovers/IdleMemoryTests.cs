using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Leftovers;

/// <summary>What a daemon takes for its work is given back once nobody asks for anything (SPECIFICATION.md).
/// <c>GANTRY_BUSY_ROUNDS=1000</c> makes a busy day of it.</summary>
public sealed class IdleMemoryTests
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("GANTRY_BUSY_ROUNDS"), out int rounds) ? rounds : 10;

    [Theory, EveryEngine(OursOnly = true)]
    public async Task WorkLeavesNothingInMemory(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        string idle = await engine.RunIdle(), archive = $"{daemon.Root}/saved.tar";
        for (int i = 0; i < Rounds; i++)
        {
            await engine.Ok("run", "--rm", "busybox", "echo", "hi");
            await engine.Ok("exec", idle, "true");
            await engine.Ok("top", idle);
            await engine.Ok("logs", idle);
            if (i % 10 > 0) continue;
            await engine.Ok("save", "-o", archive, "busybox");
            await engine.Ok("load", "-i", archive);
        }
        // Nobody may ask meanwhile, so it is the kernel that is asked. Program files alone are 24 MB once all of it was used.
        bool IsGivenBack() => Kilobytes(daemon, "VmRSS:") < 32 << 10 && Kilobytes(daemon, "RssFile:") < 14 << 10;
        await Eventually.True(IsGivenBack, "memory is given back");
    }

    private static long Kilobytes(TestDaemon daemon, string name) =>
        long.Parse(File.ReadLines($"/proc/{daemon.ProcessId}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]);
}
