using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Registries;

namespace Gantry.EndToEnd.Builds;

/// <summary>A build that begins with nothing knows the steps of one that was done elsewhere.</summary>
public sealed class CacheElsewhereTests : IDisposable
{
    private const string Dockerfile = "FROM busybox AS one\nCOPY f /f\nRUN cat /f > /g\n"
        + "FROM busybox\nCOPY --from=one /g /h\nRUN cat /h > /i\n";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task TheStepsOfAllStagesComeFromARegistryAndFromADirectory()
    {
        await using Engine engine = await Begin();
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string max = $"{registry.Name}/tests/cache:max", min = $"{registry.Name}/tests/cache:min";
        await engine.Ok("build", "--cache-to", $"type=registry,ref={max},mode=max", "--cache-to", min, "--cache-to", "type=inline",
            "--cache-to", $"type=local,dest={_scratch["kept"]},mode=max", "-t", "made", _scratch["c"]);
        string made = await engine.Inspect("made", "{{.RootFS.Layers}}");
        string[] images = (await engine.Ok("images", "-a", "-q")).Split('\n');
        foreach (string[] cache in new[] { [$"type=registry,ref={max}"], new[] { $"type=local,src={_scratch["kept"]}" } })
        {
            await Forget(engine);
            string built = await Build(engine, cache);
            Assert.Equal((4, built), (Known(built), built));
            Assert.Equal(made, await engine.Inspect("made", "{{.RootFS.Layers}}"));
            Assert.Equal("content", await engine.Ok("run", "--rm", "--network", "none", "made", "cat", "/i"));
        }
        // Nobody sees the images of a cache.
        Assert.Equal(images.Length, (await engine.Ok("images", "-a", "-q")).Split('\n').Length);
        await Forget(engine);
        string least = await Build(engine, $"type=registry,ref={min}");
        // The stage that is copied from is done again, and gives the same.
        Assert.Equal((2, least), (Known(least), least));
        await Forget(engine);
        await _scratch.Shell("echo other > c/f");
        string changed = await Build(engine, $"type=registry,ref={max}");
        Assert.Equal((0, changed), (Known(changed), changed));
        Assert.Equal("other", await engine.Ok("run", "--rm", "--network", "none", "made", "cat", "/i"));
    }

    [Fact]
    public async Task ACacheThatIsNotToBeHadIsDoneWithoutAndOneThatCannotBeWrittenIsMissed()
    {
        await using Engine engine = await Begin();
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string nobody = $"{registry.Name}/tests/nobody";
        Command.Result built = await engine.Run(
            "build", "--cache-from", $"type=registry,ref={nobody}", "--cache-from", "type=local,src=/no/where",
            _scratch["c"]);
        Assert.Contains($"[Warning] the cache {nobody}", built.Succeeded());
        Assert.Contains("WARNING: there is no cache in /no/where", built.Error);
        await registry.Kill();
        Command.Result failed = await engine.Run("build", "--cache-to", $"type=registry,ref={nobody}", _scratch["c"]);
        Assert.Equal(1, failed.Code);
        Assert.Contains($"error writing the cache {nobody}", failed.Error);
        Assert.Contains($"[Warning] the cache {nobody}", await engine.Ok(
            "build", "--cache-to", $"type=registry,ref={nobody},ignore-error=true",
            _scratch["c"]));
    }

    /// <summary>What lies in a directory is what its name says, or is not taken.</summary>
    [Fact]
    public async Task ADirectoryThatSomebodyHasTouchedGivesNothingWrong()
    {
        await using Engine engine = await Begin();
        string kept = _scratch["kept"];
        await engine.Ok("build", "--cache-to", $"type=local,dest={kept},mode=max", "-t", "made", _scratch["c"]);
        string[] layers = (await engine.Inspect("made", "{{join .RootFS.Layers \" \"}}")).Replace("sha256:", "").Split(' ');
        await Forget(engine);
        await _scratch.Shell($"cd kept/blobs/sha256; for l in {layers[1]} {layers[2]}; do test ! -e $l || echo junk > $l; done; "
            + "ls -S | head -1 > ../../../largest");
        string built = await Build(engine, $"type=local,src={kept}");
        Assert.Equal("content", await engine.Ok("run", "--rm", "--network", "none", "made", "cat", "/i"));
        Assert.True(Known(built) < 4, built);
        await Forget(engine);
        await _scratch.Shell("rm kept/index.json; mkfifo kept/index.json");
        Assert.Contains("[Warning] the cache in a directory is done without", await Build(engine, $"type=local,src={kept}"));
    }

    private async Task<Engine> Begin()
    {
        Engine own = await Engine.WithItsOwnDaemon("gantry");
        await _scratch.Shell("mkdir c; echo content > c/f");
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], Dockerfile);
        return own;
    }

    private static async Task Forget(Engine engine)
    {
        await engine.Ok("rmi", "-f", "made");
        await engine.Ok("builder", "prune", "-a", "-f");
    }

    private Task<string> Build(Engine engine, params string[] caches) =>
        engine.Ok(["build", .. caches.SelectMany(cache => new[] { "--cache-from", cache }), "-t", "made", _scratch["c"]]);

    private static int Known(string built) => built.Split("\n ---> Using cache\n").Length - 1;
}
