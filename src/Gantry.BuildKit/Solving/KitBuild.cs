using System.Collections.Concurrent;
using Gantry.BuildKit.History;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.BuildKit.Sessions;

namespace Gantry.BuildKit.Solving;

/// <summary>One build that goes on, as its client's calls find it.</summary>
internal sealed class KitBuild(string name, ClientSession session, BuildStatus status, BuildNews news, CancellationToken cancellation)
    : IDisposable
{
    /// <summary>Results of one build that its client may have at once.</summary>
    private const int MostResults = 200;

    private readonly ConcurrentDictionary<string, ISolvedBuild> _results = new(StringComparer.Ordinal);

    public string Name => name;

    public ClientSession Session => session;

    public BuildStatus Status => status;

    public BuildNews News => news;

    /// <summary>The build is called off, or its client has gone.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>What the client has given the build in place of images and directories.</summary>
    public IReadOnlyDictionary<string, Definition> Inputs { get; init; } = new Dictionary<string, Definition>();

    /// <summary>Where its steps' caches go to.</summary>
    public IReadOnlyList<CacheOrder> CacheExports { get; init; } = [];

    public bool HasResults => !_results.IsEmpty;

    /// <summary>What the client has made of it, where the client itself is the front end: null for nothing.</summary>
    public TaskCompletionSource<ISolvedBuild?> Returned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>Its name.</returns>
    public string Add(ISolvedBuild result)
    {
        if (_results.Count >= MostResults) throw GantryException.Invalid($"a build has more than {MostResults} results");
        string id = RandomId.New();
        _results[id] = result;
        return id;
    }

    public ISolvedBuild? Find(string id) => _results.GetValueOrDefault(id);

    /// <exception cref="GantryException">NotFound.</exception>
    public ISolvedBuild Require(string id) => Find(id) ?? throw GantryException.NotFound($"no such ref: {id}");

    public void Dispose()
    {
        foreach (ISolvedBuild result in _results.Values) result.Dispose();
    }
}
