using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds.Edits;

/// <summary>After any edit of a Dockerfile or its context a build with the cache gives what one without it gives.</summary>
/// <remarks>GANTRY_BUILD_EDITS=500 lasts longer, GANTRY_BUILD_SEED repeats the edits.</remarks>
public sealed partial class EditStormTests(ITestOutputHelper output) : IDisposable
{
    private const string Cached = "edited:cached", Fresh = "edited:fresh", ConfigTemplate = "{{json .Config}} {{json .Author}}";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private sealed record Built(string Id, string Told, string Failure)
    {
        public int Steps => CountOf("\nStep ");
        public int FromCache => CountOf("\n ---> Using cache\n");

        private int CountOf(string part) => Told.Split(part).Length - 1;
    }

    [Fact]
    public async Task TheCacheGivesWhatABuildWithoutItGives()
    {
        int edits = Variables.Number("GANTRY_BUILD_EDITS", 10), seed = Variables.Number("GANTRY_BUILD_SEED", Random.Shared.Next());
        output.WriteLine($"GANTRY_BUILD_SEED={seed}");
        Random random = new(seed);
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        EditedContext context = new(Directory.CreateDirectory(_scratch["c"]).FullName, random);
        await context.Begin();
        EditedDockerfile file = new();
        int failed = 0, taken = 0, steps = 0;
        for (int edit = 0; edit <= edits; edit++)
        {
            EditedDockerfile before = file;
            await _scratch.Shell("rm -rf before; cp -a c before");
            bool touched = edit > 0 && random.Next(8) == 0;
            string done = "nothing yet", known = touched ? (await Build(engine, file, Cached)).Id : "";
            if (touched) done = context.Touch();
            else if (edit > 0 && random.Next(2) == 0) done = await context.Edit();
            else if (edit > 0) done = (file = file.Edit(random)) == before ? "nothing" : "the Dockerfile";
            string where = $"edit {edit}, seed {seed}: {done}\n{string.Join(' ', file.Arguments)}\n{file.Text}";

            Built cached = await Build(engine, file, Cached), fresh = await Build(engine, file, Fresh, "--no-cache");
            Assert.True(cached.Failure == fresh.Failure, $"{where}\nwith the cache:\n{cached.Failure}\nwithout:\n{fresh.Failure}");
            if (cached.Failure.Length > 0)
            {
                Assert.False(touched, $"{where}\n{cached.Failure}");
                failed++;
                file = before;
                await _scratch.Shell("rm -rf c; mv before c");
                continue;
            }
            IReadOnlyList<string> want = await Lines(engine, Fresh), have = await Lines(engine, Cached);
            Assert.True(want.SequenceEqual(have), $"{where}\nwithout the cache alone:\n{string.Join('\n', want.Except(have))}\n"
                + $"with it alone:\n{string.Join('\n', have.Except(want))}");
            if (touched) Assert.True(cached.Id == known, $"{where}\nit was made anew:\n{cached.Told}");
            (taken, steps) = (taken + cached.FromCache, steps + cached.Steps);
            await Disturb(engine, random);
        }
        output.WriteLine($"{edits} edits, {failed} of them failed alike; {taken} of {steps} steps from the cache");
    }

    private static async Task Disturb(Engine engine, Random random)
    {
        switch (random.Next(60))
        {
            case 0:
                await engine.Ok("builder", "prune", "-f", "-a");
                break;
            case 1:
                await engine.Ok("builder", "prune", "-f", "--keep-storage", "100kB");
                break;
            case 2 or 3:
                await engine.Ok("image", "prune", "-f");
                break;
            case 4:
                await engine.Ok("rmi", "-f", Cached, Fresh);
                break;
            case 5 or 6:
                await engine.Daemon.Kill();
                await engine.Daemon.Start();
                break;
        }
    }

    private async Task<Built> Build(Engine engine, EditedDockerfile file, string tag, params string[] options)
    {
        await File.WriteAllTextAsync(_scratch["Dockerfile"], file.Text);
        Command.Result result = await engine.Run(["build", "-t", tag, "-f", _scratch["Dockerfile"], .. options,
            .. file.Arguments.SelectMany(pair => (string[])["--build-arg", $"{pair.Key}={pair.Value}"]), _scratch["c"]]);
        return result.Code == 0 ? new Built(await engine.Inspect(tag, "{{.Id}}"), result.Output, "")
            : new Built("", result.Output, Identifiers().Replace(result.Error, "ID"));
    }

    private static async Task<IReadOnlyList<string>> Lines(Engine engine, string image) =>
    [
        await engine.Ok("image", "inspect", "-f", ConfigTemplate, image),
        .. (await engine.Ok("history", "--no-trunc", "--format", "{{.CreatedBy}}", image)).Split('\n'),
        .. await BuiltTree.ListAsync(engine, image),
    ];

    [GeneratedRegex(@"\b[0-9a-f]{12}\b|\b[0-9a-f]{64}\b")]
    private static partial Regex Identifiers();
}
