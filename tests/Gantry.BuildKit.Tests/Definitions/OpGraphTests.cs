using Gantry.Build.Graph;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.GraphApi;
using Google.Protobuf;
using FileAction = Gantry.BuildKit.Protocol.GraphApi.FileAction;

namespace Gantry.BuildKit.Tests.Definitions;

public sealed class OpGraphTests
{
    private readonly Definer _graph = new();

    [Fact]
    public async Task MergesAndDifferencesAreOfTheirInputs()
    {
        Input one = _graph.Source("docker-image://a"), two = _graph.Source("local://b");
        Input merge = _graph.Add(new Op { Merge = new MergeOp { Inputs = { new MergeInput { Input = 1 }, new MergeInput { Input = -1 },
            new MergeInput { Input = 0 } } } }, one, two);
        Input diff = _graph.Add(new Op { Diff = new DiffOp { Lower = new LowerDiffInput { Input = -1 }, Upper = new UpperDiffInput() } },
            merge);
        DifferenceVertex planned = Assert.IsType<DifferenceVertex>((await _graph.PlanAsync(diff)).Target);
        Assert.Same(GraphPlanner.Nothing, planned.Lower);
        MergeVertex merged = Assert.IsType<MergeVertex>(planned.Upper);
        Assert.Equal([typeof(CopyVertex), typeof(TreeVertex), typeof(TreeVertex)], merged.Trees.Select(tree => tree.GetType()));
    }

    [Fact]
    public async Task WhatIsSaidOfAnOperationCounts()
    {
        Input run = _graph.Add(new Op { Exec = Definer.Exec(new Mount { Dest = "/", Input = -1 }) });
        OpMetadata said = _graph.Metadata(run);
        said.IgnoreCache = true;
        said.Description.Add("llb.customname", "my own");
        said.Caps.Add("exec.meta.base", true);
        said.Caps.Add("nosuch", false);
        PlannedGraph planned = await _graph.PlanAsync(run);
        Assert.True(planned.Target.IsAlwaysMade);
        Assert.Equal(("my own", run.Digest), (planned.Steps[0].Title, planned.Steps[0].Digest));
    }

    [Fact]
    public async Task WhatIsNotKnownIsRefusedByItsName()
    {
        foreach ((string reason, ErrorKind kind, Func<Definer, Input> make) in ((string, ErrorKind, Func<Definer, Input>)[])
        [
            ("missing input digest sha256:x", ErrorKind.InvalidArgument, _ => new Input { Digest = "sha256:x" }),
            ("missing input digest", ErrorKind.InvalidArgument,
                graph => graph.Add(new Op { Merge = new MergeOp { Inputs = { new MergeInput() } } }, new Input { Digest = "y" })),
            ("invalid output index -1", ErrorKind.InvalidArgument,
                graph => new Input { Digest = graph.Source("docker-image://a").Digest, Index = -1 }),
            ("has no result 1", ErrorKind.InvalidArgument, graph => new Input { Digest = graph.Source("docker-image://a").Digest,
                Index = 1 }),
            ("does nothing", ErrorKind.InvalidArgument, graph => graph.Add(new Op(), graph.Source("docker-image://a"))),
            ("BuildOp", ErrorKind.Unsupported, graph => graph.Add(new Op { Build = new BuildOp() })),
            ("no inputs", ErrorKind.InvalidArgument, graph => graph.Add(new Op { Merge = new MergeOp() })),
            ("has inputs", ErrorKind.InvalidArgument,
                graph => graph.Add(new Op { Source = new SourceOp { Identifier = "local://a" } }, graph.Source("local://b"))),
            ("requested feature exec.time.travel", ErrorKind.Unsupported, graph =>
            {
                Input source = graph.Source("local://a");
                graph.Metadata(source).Caps.Add("exec.time.travel", true);
                return source;
            }),
            ("filters of workers", ErrorKind.Unsupported, graph => graph.Add(new Op
            {
                Source = new SourceOp { Identifier = "local://a" }, Constraints = new WorkerConstraints { Filter = { "x==y" } },
            })),
            ("is for windows", ErrorKind.Unsupported, graph => graph.Add(new Op
            {
                Source = new SourceOp { Identifier = "local://a" }, Platform = new Platform { OS = "windows" },
            })),
            ("a field that this engine does not know", ErrorKind.Unsupported, graph =>
            {
                // Of an operation, within a message within it.
                ExecOp exec = ExecOp.Parser.ParseFrom([.. Definer.Exec(new Mount { Dest = "/", Input = -1 }).ToByteArray(),
                    0x0a, 0x03, 0xe0, 0x12, 0x01]);
                return graph.Add(new Op { Exec = exec });
            }),
        ])
        {
            Definer graph = new();
            GantryException refused = await graph.RefusedAsync(make(graph));
            Assert.Contains(reason, refused.Message);
            Assert.Equal(kind, refused.Kind);
        }
        Definition strange = Definition.Parser.ParseFrom([0x0a, 0x00, 0xe0, 0x12, 0x01]);
        Assert.Contains("does not know", Assert.Throws<GantryException>(() => new GraphOrder(strange)).Message);
        Assert.Contains("empty", Assert.Throws<GantryException>(() => new GraphOrder(new Definition())).Message);
        Definition broken = new() { Def = { ByteString.CopyFrom(0xff, 0xff) } };
        Assert.Contains("failed to parse", Assert.Throws<GantryException>(() => new GraphOrder(broken)).Message);
    }

    /// <summary>No stack is as deep, and no answer as late.</summary>
    [Fact]
    public async Task AsManyAsAreAllowedAreReadAndMoreAreRefusedAtOnce()
    {
        Input last = _graph.Source("local://a");
        for (int i = 0; i < 9_900; i++)
            last = _graph.Add(new Op { Merge = new MergeOp { Inputs = { new MergeInput { Input = 0 }, new MergeInput { Input = 1 } } } },
                last, last);
        PlannedGraph planned = await _graph.PlanAsync(last);
        Assert.IsType<MergeVertex>(planned.Target);
        Definition many = new();
        for (int i = 0; i < 100_000; i++) many.Def.Add(ByteString.CopyFromUtf8($"{i}"));
        Assert.Contains("more than 10000", Assert.Throws<GantryException>(() => new GraphOrder(many)).Message);
        Definer wide = new();
        Input source = wide.Source("local://a");
        Input all = wide.Add(new Op { Merge = new MergeOp() }, Enumerable.Repeat(source, 100_001));
        Assert.Contains("more than 100000", (await wide.RefusedAsync(all)).Message);
    }

    /// <summary>Whatever the bytes are: it is planned, or refused as a client's mistake.</summary>
    [Fact]
    public async Task DamagedDefinitionsArePlannedOrRefused()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("GANTRY_FUZZ_SEED"), out int given) ? given : Environment.TickCount;
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("FUZZ"), out int asked) ? asked : 3000, planned = 0;
        Random random = new(seed);
        for (int round = 0; round < rounds; round++)
        {
            Definer graph = new();
            Input[] made = Whole(graph);
            Damage(graph, made, random);
            try
            {
                await graph.PlanAsync(new Input { Digest = graph.Definition.Def.Count > 0
                    ? Oci.Image.Digest.Of(graph.Definition.Def[^1].Span) : "", Index = random.Next(-1, 3) });
                planned++;
            }
            catch (GantryException e)
            {
                Assert.True(e.Kind is ErrorKind.InvalidArgument or ErrorKind.Unsupported or ErrorKind.Forbidden, $"seed {seed}: {e}");
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}");
            }
        }
        Assert.True(planned > 0, "nothing was whole");
    }

    private static Input[] Whole(Definer graph)
    {
        Input image = graph.Source("docker-image://a", ("image.resolvemode", "local"));
        Input local = graph.Source("local://a", ("local.includepattern", "[\"a\"]"));
        Input git = graph.Source("git://h/a.git#b:c", ("git.fullurl", "https://h/a.git")), web = graph.Source("https://h/a");
        FileOp file = new();
        file.Actions.AddRange([Definer.File(0, "/f"), Definer.File(2, "/g", 0), new FileAction { Input = 3, SecondaryInput = 1, Output = 1,
            Copy = new FileActionCopy { Src = "/a", Dest = "/b", Mode = -1, Timestamp = -1 } }]);
        Input files = graph.Add(new Op { File = file }, image, local);
        Input run = graph.Add(new Op { Exec = Definer.Exec(new Mount { Dest = "/" }, new Mount { Dest = "/o", Input = 1, Output = 1 },
            new Mount { Dest = "/c", Input = -1, Output = -1, MountType = MountType.Cache, CacheOpt = new CacheOpt { ID = "a" } }) },
                files, local);
        Input merge = graph.Add(new Op { Merge = new MergeOp { Inputs = { new MergeInput { Input = 0 },
            new MergeInput { Input = 1 } } } }, run, git);
        Input diff = graph.Add(new Op { Diff = new DiffOp { Lower = new LowerDiffInput(), Upper = new UpperDiffInput { Input = 1 } } },
            merge, web);
        return [image, local, git, web, files, run, merge, diff];
    }

    /// <summary>A byte here or there; what refers to the operation does so by what it is then, or is a stray.</summary>
    private static void Damage(Definer graph, Input[] made, Random random)
    {
        List<byte[]> ops = [.. graph.Definition.Def.Select(op => op.ToByteArray())];
        Dictionary<string, string> renamed = [];
        for (int i = 0; i < ops.Count; i++)
        {
            if (random.Next(4) == 0)
                for (int n = random.Next(1, 4); n > 0; n--)
                {
                    int at = random.Next(ops[i].Length);
                    ops[i] = random.Next(3) switch
                    {
                        0 => [.. ops[i][..at], (byte)random.Next(256), .. ops[i][at..]],
                        1 => [.. ops[i][..at], .. ops[i][Math.Min(at + 1, ops[i].Length)..]],
                        _ => [.. ops[i][..at], (byte)random.Next(256), .. ops[i][Math.Min(at + 1, ops[i].Length)..]],
                    };
                    if (ops[i].Length == 0) ops[i] = [0];
                }
            string text = System.Text.Encoding.Latin1.GetString(ops[i]);
            foreach ((string old, string now) in renamed) text = text.Replace(old, now, StringComparison.Ordinal);
            ops[i] = System.Text.Encoding.Latin1.GetBytes(text);
            renamed[made[i].Digest] = Oci.Image.Digest.Of(ops[i]);
        }
        graph.Definition.Def.Clear();
        foreach (byte[] op in ops) graph.Definition.Def.Add(ByteString.CopyFrom(op));
    }
}
