using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Leftovers;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>The daemon is killed at any moment of a build: the next one has nothing of it but what its finished steps gave.</summary>
/// <remarks>GANTRY_BUILD_KILLS=50 lasts longer, GANTRY_BUILD_SEED repeats the moments, as far as a machine repeats itself.</remarks>
public sealed partial class BuildKilledTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Steps after FROM in both stages.</summary>
    private const int Steps = 10;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task TheNextBuildGoesOnAndNothingIsLeft()
    {
        int kills = Variables.Number("GANTRY_BUILD_KILLS", 3), seed = Variables.Number("GANTRY_BUILD_SEED", Random.Shared.Next());
        output.WriteLine($"GANTRY_BUILD_SEED={seed}");
        Random random = new(seed);
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        TestDaemon daemon = engine.Daemon;
        await _scratch.Shell("mkdir -p c/d; for i in 1 2 3 4 5 6 7 8 9; do echo $i > c/d/$i; done; head -c 3000000 /dev/urandom > c/large");
        int whole = 0, finished = 0;
        // So that what is made for good at the first use is there already, and to see how long it takes.
        for (int round = 0; round < 2; round++)
        {
            await Write($"round{round}");
            long begun = Environment.TickCount64;
            (await Build(engine)).Succeeded();
            whole = (int)(Environment.TickCount64 - begun);
            await Empty(engine);
        }
        IReadOnlyList<string> before = await Snapshot.Take(daemon);
        for (int kill = 0; kill < kills; kill++)
        {
            string where = $"kill {kill}, seed {seed}";
            await Write($"{kill}");
            int known = await KillWithin(engine, random.Next(whole * 5 / 4));
            finished += known;
            await daemon.Start();
            await BuildLeftovers.NoneAsync(daemon, where);
            string told = (await Build(engine)).Succeeded();
            int taken = Cached().Count(told);
            Assert.True(taken >= known, $"{where}: {known} steps were finished, {taken} were known afterwards:\n{told}");
            string said = await engine.Ok("run", "--rm", "killed");
            Assert.True(said == $"{kill} 1 2 3 4 5 6 7 8 9", $"{where}: {said}");
            await Empty(engine);
        }
        List<string> left = [];
        await Eventually.True(async () => (left = [.. (await Snapshot.Take(daemon)).Except(before)]).Count == 0,
            () => $"seed {seed}: nothing is left:\n{string.Join('\n', left)}");
        output.WriteLine($"{kills} kills within {whole} ms, {finished} of {kills * Steps} steps finished by then");
    }

    /// <summary>Each step takes a while, so that there are moments within; no two builds have one in common.</summary>
    private Task Write(string mark) => File.WriteAllTextAsync(_scratch["c/Dockerfile"], $"""
        FROM busybox AS side
        RUN echo {mark} > /mark; sleep 0.1
        COPY d /d
        RUN --mount=type=cache,target=/k echo {mark} >> /k/log; cat /d/* > /all; sleep 0.1
        FROM busybox
        LABEL mark={mark}
        RUN head -c 2000000 /dev/zero > /{mark}; sleep 0.1 & sleep 0.1
        COPY large /{mark}.large
        WORKDIR /w/{mark}
        RUN sleep 0.1
        COPY --from=side /mark /all /from/
        CMD cat /from/mark /from/all | xargs echo

        """);

    private Task<Command.Result> Build(Engine engine) => engine.Run("build", "-t", "killed", _scratch["c"]);

    /// <returns>How many steps the client was told the end of.</returns>
    private async Task<int> KillWithin(Engine engine, int milliseconds)
    {
        await using RunningProcess build = engine.Start("build", "-t", "killed", _scratch["c"]);
        await Task.Delay(milliseconds);
        await engine.Daemon.Kill();
        await build.Ends();
        // FROM's own ends are no step's.
        return Math.Max(0, Ended().Count(build.Output) - From().Count(build.Output));
    }

    private static async Task Empty(Engine engine)
    {
        await engine.Ok("rmi", "-f", "killed");
        await engine.Ok("image", "prune", "-f");
        await engine.Ok("builder", "prune", "-a", "-f");
    }

    [GeneratedRegex("(?m)^ ---> Using cache")] private static partial Regex Cached();

    [GeneratedRegex("(?m)^ ---> [0-9a-f]+$")] private static partial Regex Ended();

    [GeneratedRegex("(?m)^Step [0-9/]+ : FROM ")] private static partial Regex From();
}
