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

    public void Dispose() => _stores.Dispose();

    private sealed class Bases : IBaseImages
    {
        public Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation) =>
            Task.FromResult(Base);
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
    private async Task<string> Solve(string dockerfile, params IReadOnlyList<BaseImage> images)
    {
        using Lease lease = _stores.Collector.Lease("tests");
        BuildPlan plan = await BuildPlanner.PlanAsync(BuildFile.Parse(dockerfile), new BuildOptions(), new Bases(), lease,
            TestContext.Current.CancellationToken);
        HistoryCache cache = new(plan, images);
        List<string> words = [];
        Dictionary<Vertex, BuiltTree> trees = [];
        foreach (Vertex vertex in plan.Steps.Select(step => step.Vertex).OfType<Vertex>().Where(vertex => !trees.ContainsKey(vertex)))
        {
            BuiltTree tree = vertex is TreeVertex there ? there.Tree : trees[vertex.Below!];
            string? sources = vertex is CopyVertex copy ? $"file:{((ContextSource)copy.Sources[0]).Patterns[0]}" : null;
            TreeLayer? layer = null;
            if (cache.Find(vertex, sources) is { } known)
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
