using System.Text;
using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Tests.Solver;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Build.Tests.Execution;

/// <summary>Two steps of which other things can come out have two keys.</summary>
public sealed class StepKeyTests : IDisposable
{
    private readonly SolverStores _stores = new();
    private readonly TestTree _context = new();

    public void Dispose()
    {
        _stores.Dispose();
        _context.Dispose();
    }

    private static RunVertex Run(IReadOnlyList<string>? arguments = null, IReadOnlyList<string>? environment = null, string directory = "/",
        string user = "", RunSurroundings? around = null, params IReadOnlyList<RunPlace> places) => new()
        {
            Title = "RUN", Arguments = arguments ?? ["a"], Environment = environment ?? [], Directory = directory, User = user,
            Surroundings = around ?? new RunSurroundings(), Places = places,
        };

    private static CachePlace Cache(string target = "/k", string id = "k", string sharing = "shared", bool readOnly = false, uint user = 0,
        uint group = 0, uint mode = 0x1ed) => new(target, id, sharing, readOnly, user, group, mode);

    [Fact]
    public void NoTwoCommandsShareOne()
    {
        RunVertex[] steps =
        [
            Run(), Run(["ab"]), Run(["a", ""]), Run(["a", "b"]), Run(["a b"]), Run(["1:a"]), Run([], ["a"]), Run(environment: ["A=b"]),
            Run(environment: ["A=b", "C=d"]), Run(environment: ["A=b\nC=d"]), Run(directory: "/a"), Run(user: "a"), Run(["a"], ["a"]),
            // Bytes that are no text, each its own.
            Run(["\uDC80"]), Run(["\uDC81"]), Run(["\uFFFD"]), Run(environment: ["A=\uDCFE"]), Run(environment: ["A=\uDCFF"]),
            Run(around: new RunSurroundings { Network = "none" }), Run(around: new RunSurroundings { ExtraHosts = ["a:1.2.3.4"] }),
            Run(places: [Cache()]), Run(places: [Cache("/l")]), Run(places: [Cache(id: "l")]), Run(places: [Cache(sharing: "locked")]),
            Run(places: [Cache(readOnly: true)]), Run(places: [Cache(user: 1)]), Run(places: [Cache(group: 1)]),
            Run(places: [Cache(mode: 0x1ff)]), Run(places: [Cache(), Cache()]),
            // A name that reads like what follows a name.
            Run(places: [Cache(id: "k, Sharing = locked")]), Run(places: [Cache(id: "k\uDC80")]), Run(places: [Cache(id: "k\uDC81")]),
            Run(places: [new MemoryPlace("/k", null)]), Run(places: [new MemoryPlace("/k", 0)]), Run(places: [new MemoryPlace("/k", 5)]),
        ];
        Assert.Equal(steps.Length, steps.Select(step => KeyOf(step, [BuiltTree.Empty])).Distinct().Count());
        string digest = "sha256:" + new string('a', 64);
        BuiltTree other = BuiltTree.Empty.With(new TreeLayer(digest, new Oci.Image.Descriptor { Digest = digest }));
        Assert.NotEqual(KeyOf(Run(), [BuiltTree.Empty]), KeyOf(Run(), [other]));
    }

    [Fact]
    public void WhatACommandIsAndWritesToCounts()
    {
        RunVertex Of(bool readOnly = false, int[]? good = null, string hostname = "", params IReadOnlyList<RunPlace> places) => new()
        {
            Title = "RUN", Arguments = ["a"], Environment = [], IsReadOnly = readOnly, GoodCodes = good ?? [], Places = places,
            Surroundings = new RunSurroundings { Hostname = hostname },
        };
        TreeVertex nothing = new() { Title = "scratch", Tree = BuiltTree.Empty };
        RunVertex[] steps =
        [
            Of(), Of(readOnly: true), Of(good: [1]), Of(good: [0, 1]), Of(hostname: "h"),
            Of(places: [new OutputPlace("/o", nothing, "")]), Of(places: [new OutputPlace("/p", nothing, "")]),
            Of(places: [new OutputPlace("/o", nothing, "/in")]),
        ];
        Assert.Equal(steps.Length, steps.Select(step => KeyOf(step, [.. step.Inputs.Select(_ => BuiltTree.Empty).Prepend(BuiltTree.Empty)]))
            .Distinct().Count());
    }

    /// <summary>A base says fractions of a second, and the directory has them.</summary>
    [Fact]
    public void DirectoriesOfTwoTimesShareNone()
    {
        DirectoryVertex Made(long ticks) => new() { Title = "WORKDIR", Path = "/a", Time = DateTimeOffset.UnixEpoch.AddTicks(ticks) };
        Assert.NotEqual(DirectoryWork.Key(Made(0), BuiltTree.Empty), DirectoryWork.Key(Made(1), BuiltTree.Empty));
        DirectoryVertex users = new() { Title = "WORKDIR", Path = "/a", Time = DateTimeOffset.UnixEpoch, Owner = "1" };
        Assert.NotEqual(DirectoryWork.Key(Made(0), BuiltTree.Empty), DirectoryWork.Key(users, BuiltTree.Empty));
        Assert.Equal(DirectoryWork.Key(Made(1), BuiltTree.Empty), DirectoryWork.Key(Made(1), BuiltTree.Empty));
    }

    [Fact]
    public void ProxiesAreInNone()
    {
        RunVertex through = new() { Title = "RUN", Arguments = ["a"], Environment = [], Unkeyed = ["http_proxy=x"] };
        Assert.Equal(KeyOf(Run(), [BuiltTree.Empty]), KeyOf(through, [BuiltTree.Empty]));
    }

    /// <summary>The same bytes: from the network they get another mode and are not unpacked, from the context they keep theirs.</summary>
    [Fact]
    public async Task AFileOfTheNetworkIsNotOneOfTheContext()
    {
        _context.File("a", "content");
        string local = await KeyOf(new ContextSource(["a"])), remote = await KeyOf(new AddressSource(new Uri("http://x/a"), null));
        Assert.NotEqual(local, remote);
    }

    [Fact]
    public async Task FilesInTheDockerfileDifferByEachOfTheirBytes()
    {
        string[] contents = ["a", "b", "\uDC80", "\uDC81", "\uFFFD", "", "a\n"];
        HashSet<string> keys = [];
        foreach (string content in contents) keys.Add(await KeyOf(new InlineSource("a", content)));
        keys.Add(await KeyOf(new InlineSource("b", "a")));
        Assert.Equal(contents.Length + 1, keys.Count);
    }

    /// <summary>Of bound files what the command sees: where it sees them, whether it may write, and what they are.</summary>
    [Fact]
    public void BoundFilesCountByWhatIsSeen()
    {
        _context.Shell("mkdir -p d e; echo 1 > d/a; echo 1 > e/a; echo 2 > d/b; cp -a d f; chown 5 f/a");
        BindPlace[] places =
        [
            new("/k", null, "d/a", true), new("/k", null, "d/b", true), new("/k", null, "d/a", false), new("/l", null, "d/a", true),
            new("/k", null, "d", true), new("/k", null, "e", true), new("/k", null, "f", true), new("/k", null, "f/a", true),
        ];
        Assert.Equal(places.Length, places.Select(place => KeyOf(Run(places: [place]), [BuiltTree.Empty])).Distinct().Count());
        Assert.Equal(KeyOf(Run(places: [places[0]]), [BuiltTree.Empty]),
            KeyOf(Run(places: [new BindPlace("/k", null, "e/a", true)]), [BuiltTree.Empty]));
    }

    private static string KeyOf(RunVertex step, BuiltTree[] inputs, StepStores stores)
    {
        using RunWork work = new(stores, null!, null!);
        return work.Key(step, inputs, TestContext.Current.CancellationToken);
    }

    private string KeyOf(RunVertex step, BuiltTree[] inputs)
    {
        using Lease lease = _stores.Collector.Lease("tests");
        return KeyOf(step, inputs, StoresOf(lease));
    }

    private StepStores StoresOf(Lease lease)
    {
        BuildSettings settings = new()
        {
            Directory = _context["build"], RunDirectory = _context["run"], Runtime = "none",
            RuntimeRoot = _context["runtime"], Web = new OneFile(), MadePlaces = new HashSet<string>(),
        };
        return new StepStores(settings, new ContentStore(_context["content"]), _stores.Snapshots,
            ContextTrees.Of(new RootTree(_context.Root)), lease);
    }

    private async Task<string> KeyOf(CopySource source)
    {
        using Lease lease = _stores.Collector.Lease("tests");
        using CopyWork work = new(StoresOf(lease));
        CopyVertex step = new() { Title = "ADD", Sources = [source], Destination = "/d/", IsAdd = true };
        return await work.KeyAsync(step, [BuiltTree.Empty], TestContext.Current.CancellationToken);
    }

    private sealed class OneFile : IWebFiles
    {
        public Task<(Stream Content, DateTimeOffset? Modified)> OpenAsync(Uri address, CancellationToken cancellation) =>
            Task.FromResult<(Stream, DateTimeOffset?)>((new MemoryStream(Encoding.UTF8.GetBytes("content")), null));
    }
}
