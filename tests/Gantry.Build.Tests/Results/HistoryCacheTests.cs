using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Build.Solver;
using Gantry.Build.Tests.Solver;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Build.Tests.Results;

/// <summary>What an image's history says of its steps, and when it says nothing.</summary>
public sealed class HistoryCacheTests : IDisposable
{
    private const string Nop = "/bin/sh -c #(nop) ";
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BaseImage Base = Image("base", ("base layer", true));
    private static readonly BaseImage Source = Image("source", ("base layer", true), ($"{Nop} ENV A=1", false),
        ($"{Nop}COPY file:abc in /f ", true), ("/bin/sh -c x", true), ("/bin/sh -c nothing", false), ($"{Nop} CMD [\"y\"]", false));

    private readonly SolverStores _stores = new();
    private BaseImage _base = Base;

    public void Dispose() => _stores.Dispose();

    private sealed class Bases(BaseImage image) : IBaseImages
    {
        public Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation) =>
            Task.FromResult(image);
    }

    private static string DigestOf(string text) => Digest.Of(ByteText.Bytes(text));

    private static BaseImage Image(string name, params (string Words, bool HasLayer)[] steps)
    {
        List<TreeLayer> layers = [.. steps.Where(step => step.HasLayer)
            .Select(step => new TreeLayer(DigestOf(step.Words), new Descriptor { Digest = DigestOf(step.Words + ".gz") }))];
        OciImage image = new()
        {
            Architecture = "amd64", Os = "linux", Config = new ImageConfig(),
            RootFs = new ImageRootFs { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
            History = [.. steps.Select(step => new ImageHistory { Created = Then, CreatedBy = step.Words, EmptyLayer = !step.HasLayer })],
        };
        return new BaseImage(DigestOf(name), image, new BuiltTree(layers));
    }

    /// <summary>Takes what is known, and does the rest with a result of its own.</summary>
    /// <returns>A word for each step: whether it was known.</returns>
    private Task<string> Solve(string dockerfile, params IReadOnlyList<BaseImage> images) => Solve(new BuildOptions(), dockerfile, images);

    private async Task<string> Solve(BuildOptions options, string dockerfile, IReadOnlyList<BaseImage> images)
    {
        using Lease lease = _stores.Collector.Lease("tests");
        BuildPlan plan = await BuildPlanner.PlanAsync(BuildFile.Parse(dockerfile), options, new Bases(_base), lease,
            TestContext.Current.CancellationToken);
        HistoryCache cache = new(plan, images);
        List<string> words = [];
        Dictionary<Vertex, BuiltTree> trees = [];
        foreach (Vertex vertex in plan.Steps.Select(step => step.Vertex).OfType<Vertex>().Where(vertex => !trees.ContainsKey(vertex)))
        {
            BuiltTree tree = vertex is TreeVertex there ? there.Tree : trees[vertex.Below!];
            string? sources = vertex is CopyVertex copy ? $"file:{((ContextSource)copy.Sources[0]).Patterns[0]}" : null;
            TreeLayer? layer = null;
            if (await cache.FindAsync(vertex, sources, tree, TestContext.Current.CancellationToken) is { } known)
            {
                (layer, DateTimeOffset created) = known;
                Assert.Equal(Then, created);
                words.Add("known");
            }
            else if (vertex is not TreeVertex)
            {
                words.Add("done");
                if (vertex is not NoteVertex)
                    layer = new TreeLayer(DigestOf(vertex.Title), new Descriptor { Digest = DigestOf(vertex.Title) });
            }
            trees[vertex] = tree.With(layer);
            cache.Note(vertex, sources, new StepOutcome(trees[vertex], layer, Then, IsCached: false));
        }
        return string.Join(' ', words);
    }

    private const string Same = "FROM base\nENV A=1\nCOPY abc /f\nRUN x\nRUN nothing\nCMD [\"y\"]\n";

    /// <summary>A step whose layer does not come is done, whatever the history says.</summary>
    [Fact]
    public async Task LayersThatAreElsewhereAreFetchedWhenTheirStepIsThere()
    {
        List<string> fetched = [];
        BaseImage elsewhere = Source with
        {
            Fetch = (layer, below, _) =>
            {
                fetched.Add($"{below.Layers.Count} {layer.DiffId == DigestOf("/bin/sh -c x")}");
                return Task.CompletedTask;
            },
        };
        Assert.Equal("known known known known known", await Solve(Same, elsewhere));
        Assert.Equal(["1 False", "2 True"], fetched);
        Assert.Equal("known done done done done",
            await Solve(Same, elsewhere with { Fetch = (_, _, _) => throw GantryException.NotFound("gone") }));
    }

    [Fact]
    public async Task TheStepsOfAnImageAreKnown()
    {
        Assert.Equal("known known known known known", await Solve(Same, Source));
        Assert.Equal("known known known known known done", await Solve(Same + "LABEL a=b\n", Image("other"), Source, Base));
        // Also where they begin in a stage of the file's own.
        Assert.Equal("known known known known known",
            await Solve(Same.Replace("base\n", "base AS one\n").Replace("RUN x", "FROM one\nRUN x"), Source));
    }

    [Theory]
    [InlineData("ENV A=1", "ENV A=2", "done done done done done")]
    [InlineData("COPY abc", "COPY abd", "known done done done done")]
    [InlineData("/f", "/g", "known done done done done")]
    [InlineData("COPY abc", "COPY --chown=1 abc", "known done done done done")]
    [InlineData("RUN x", "RUN y", "known known done done done")]
    [InlineData("RUN x", "ARG B=1\nRUN x", "known known done done done done")]
    [InlineData("RUN x", "USER u\nRUN x", "known known done done done done")]
    [InlineData("RUN x", "RUN --mount=type=cache,target=/k x", "known known done done done")]
    [InlineData("RUN x", "RUN --network=none x", "known known done done done")]
    [InlineData("RUN nothing\n", "", "known known known done")]
    [InlineData("FROM base", "FROM scratch", "done done done done done")]
    public async Task NothingIsKnownAfterAChange(string what, string instead, string known) =>
        Assert.Equal(known, await Solve(Same.Replace(what, instead), Source));

    /// <summary>As two commits of one container with different variables are: of the same words and layers.</summary>
    [Fact]
    public async Task ABaseIsKnownByAllOfItsHistory()
    {
        ImageHistory first = Source.Image.History![0];
        ImageHistory[] others =
        [
            first with { Created = Then.AddTicks(1) }, first with { Created = null }, first with { Comment = "c" },
            first with { Author = "a" }, first with { CreatedBy = null },
        ];
        foreach (ImageHistory other in others)
            Assert.Equal("done done done done done",
                await Solve(Same, Source with { Image = Source.Image with { History = [other, .. Source.Image.History.Skip(1)] } }));
        // Its layer is there, and nothing says what else it has.
        _base = Base with { Image = Base.Image with { History = [] } };
        Assert.Equal("done done done done done",
            await Solve(Same, Source with { Image = Source.Image with { History = [.. Source.Image.History.Skip(1)] } }));
    }

    /// <summary>Of all that decides each is in the words, and nothing that an author writes looks like it.</summary>
    [Fact]
    public async Task ACommandIsTheSameWithTheSameAroundIt()
    {
        RunSurroundings usual = new(), none = usual with { Network = "none" }, host = usual with { ExtraHosts = ["a:1.2.3.4"] };
        (RunSurroundings Around, string Run)[] steps =
        [
            (usual, "x"), (none, "x"), (host, "x"), (none with { ExtraHosts = host.ExtraHosts }, "x"),
            (usual with { ExtraHosts = ["b:1.2.3.4"] }, "x"), (usual, "x # --network=none"), (usual, "x # --add-host=a:1.2.3.4"),
            (host, "x # --network=none"), (usual, "x # --network=none --add-host=a:1.2.3.4"), (usual, "x # --network=none #"),
        ];
        foreach ((RunSurroundings around, string made) in steps)
        {
            BaseImage image = Image("made", ("base layer", true), (await Words(around, made), true));
            foreach ((RunSurroundings asked, string command) in steps)
                Assert.Equal(asked == around && command == made ? "known" : "done",
                    await Solve(new BuildOptions { Surroundings = asked }, $"FROM base\nRUN {command}\n", [image]));
        }
        Assert.Equal(await Words(none, "x"), await Words(usual, "--network=none x"));
    }

    /// <summary>What has the words of another command is done again.</summary>
    [Theory]
    [InlineData("RUN [\"touch\",\"/a\",\"b\"]", "touch /a b", "done")]
    [InlineData("RUN [\"touch\",\"/a b\"]", "touch /a b", "done")]
    [InlineData("RUN [\"touch /a\"]", "touch /a", "done")]
    [InlineData("RUN [\"touch\"]", "touch", "known")]
    [InlineData("ARG A=\"1 2\"\nRUN x", "|1 A=1 2 /bin/sh -c x", "known known")]
    [InlineData("ARG A=1\nARG B=2\nRUN x", "|2 A=1 B=2 /bin/sh -c x", "known known known")]
    [InlineData("ARG A=\"1 B=2\"\nARG C=3\nRUN x", "|2 A=1 B=2 C=3 /bin/sh -c x", "known known done")]
    public async Task AmbiguousWordsAreNotFound(string steps, string words, string known)
    {
        string[] marks = [.. steps.Split('\n').SkipLast(1).Select(line => $"{Nop} {line.Replace("\"", "")}")];
        BaseImage image = Image("made", [("base layer", true), .. marks.Select(mark => (mark, false)), (words, true)]);
        Assert.Equal(known, await Solve($"FROM base\n{steps}\n", image));
    }

    private async Task<string> Words(RunSurroundings around, string command)
    {
        using Lease lease = _stores.Collector.Lease("tests");
        BuildPlan plan = await BuildPlanner.PlanAsync(BuildFile.Parse($"FROM base\nRUN {command}\n"),
            new BuildOptions { Surroundings = around }, new Bases(_base), lease, TestContext.Current.CancellationToken);
        return plan.Target.Steps[1].CreatedBy!;
    }

    /// <summary>Another layer of the same words, and histories that do not fit their layers.</summary>
    [Fact]
    public async Task AnImageOfOtherLayersSaysNothing()
    {
        BaseImage otherBase = Image("other", ("base layer", true), ($"{Nop} ENV A=1", false));
        otherBase = otherBase with { Tree = new BuiltTree([new TreeLayer(DigestOf("x"), new Descriptor { Digest = DigestOf("x") })]) };
        Assert.Equal("done done done done done", await Solve(Same, otherBase));
        BaseImage lacking = Source with { Tree = new BuiltTree([.. Source.Tree.Layers.Take(2)]) };
        Assert.Equal("known known done done done", await Solve(Same, lacking));
        Assert.Equal("done done done done done", await Solve(Same, Source with { Image = Source.Image with { History = null } }));
    }
}
