using Gantry.BuildKit.Definitions;

namespace Gantry.BuildKit.Solving;

/// <summary>What a front end is asked for.</summary>
/// <param name="Frontend">Its name: <c>dockerfile.v0</c>, <c>gateway.v0</c>; empty for none: then <see cref="Graph"/> is built.</param>
/// <param name="Options">By the front end's names.</param>
public sealed record SolveOrder(string Frontend, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Of the build: what is told of two is never taken for one.</summary>
    public required string Build { get; init; }
    /// <summary>What is to be built where there is no front end.</summary>
    public GraphOrder? Graph { get; init; }
    /// <summary>Finds what was built before, by its name; null where it has gone.</summary>
    public Func<string, ISolvedBuild?> FindResult { get; init; } = static _ => null;
    /// <summary>What the client has asked to be allowed.</summary>
    public IReadOnlySet<string> Entitlements { get; init; } = new HashSet<string>();
    /// <summary>By name, what the build has in place of images and directories.</summary>
    public IReadOnlyDictionary<string, SolveSource> Inputs { get; init; } = new Dictionary<string, SolveSource>();
    public IReadOnlyList<CacheOrder> CacheImports { get; init; } = [];
    public IReadOnlyList<CacheOrder> CacheExports { get; init; } = [];
}

/// <summary>A cache that is elsewhere, or an exporter: a type, and what it is told.</summary>
public sealed record CacheOrder(string Type, IReadOnlyDictionary<string, string> Attributes);

/// <summary>What becomes of a result.</summary>
/// <param name="Index">Its number among those that the client asks for.</param>
public sealed record ExportOrder(int Index, string Type, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>What the client says that the image is; null for what the result says of itself.</summary>
    public byte[]? Configuration { get; init; }
}
