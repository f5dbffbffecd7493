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

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ISolvedBuild> _results = new(StringComparer.Ordinal);
    private bool _isOver;

    public string Name => name;

    public ClientSession Session => session;

    public BuildStatus Status => status;

    public BuildNews News => news;

    /// <summary>The build is called off, or its client has gone.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Somebody asks what goes on in it.</summary>
    public bool IsHeard { get; set; }

    /// <summary>What the client has given the build in place of images and directories.</summary>
    public IReadOnlyDictionary<string, Definition> Inputs { get; init; } = new Dictionary<string, Definition>();

    /// <summary>Where its steps' caches go to.</summary>
    public IReadOnlyList<CacheOrder> CacheExports { get; init; } = [];

    /// <summary>What the client has asked to be allowed.</summary>
    public IReadOnlySet<string> Entitlements { get; init; } = new HashSet<string>();

    public bool HasResults
    {
        get
        {
            lock (_gate) return _results.Count > 0;
        }
    }

    /// <summary>What the client has made of it, where the client itself is the front end: null for nothing.</summary>
    public TaskCompletionSource<ReturnedBuild?> Returned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="result">Belongs to the build from here on, also when it is not taken.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="GantryException">Invalid: there are too many; Unavailable: the build is over.</exception>
    public string Add(ISolvedBuild result)
    {
        string id = RandomId.New();
        lock (_gate)
        {
            if (!_isOver && _results.Count < MostResults)
            {
                _results[id] = result;
                return id;
            }
        }
        result.Dispose();
        throw _isOver ? GantryException.Unavailable($"build {name} is over")
            : GantryException.Invalid($"a build has more than {MostResults} results");
    }

    public ISolvedBuild? Find(string id)
    {
        lock (_gate) return _results.GetValueOrDefault(id);
    }

    /// <exception cref="GantryException">NotFound.</exception>
    public ISolvedBuild Require(string id) => Find(id) ?? throw GantryException.NotFound($"no such ref: {id}");

    public void Dispose()
    {
        List<ISolvedBuild> results;
        lock (_gate)
        {
            _isOver = true;
            results = [.. _results.Values];
            _results.Clear();
        }
        foreach (ISolvedBuild result in results)
        {
            try
            {
                result.Dispose();
            }
            catch (Exception e) when (Expected.Any(e))
            {
                // What it held is let go when that expires; the others are let go now.
            }
        }
    }
}
