using System.Globalization;
using Gantry.Build.Graph;

namespace Gantry.Build.Planning;

/// <summary>What a build is asked for, beside its Dockerfile and its context.</summary>
public sealed record BuildOptions
{
    /// <summary>Of the year 9999.</summary>
    private const long LastSecond = 253402300799;

    /// <summary><c>--build-arg</c>.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>A stage by name or number; empty for the last.</summary>
    public string Target { get; init; } = "";
    /// <summary>Null for that of this host.</summary>
    public string? Platform { get; init; }
    /// <summary>Nothing is looked up in the cache.</summary>
    public bool NoCache { get; init; }
    /// <summary>Stages of which nothing is looked up, by name or number.</summary>
    public IReadOnlyList<string> NoCacheStages { get; init; } = [];
    /// <summary>Images by the names that the Dockerfile has for them.</summary>
    public IReadOnlyDictionary<string, string> ContextImages { get; init; } = new Dictionary<string, string>();
    /// <summary>Further contexts with files, by name.</summary>
    public IReadOnlyCollection<string> ContextTrees { get; init; } = [];
    /// <summary>All that is made becomes one layer.</summary>
    public bool Squash { get; init; }
    /// <summary>For its commands.</summary>
    public RunSurroundings Surroundings { get; init; } = new();

    /// <summary>SOURCE_DATE_EPOCH, as reproducible-builds.org has it: no time in the image is later. Null where it is not given.</summary>
    /// <exception cref="GantryException">Invalid: it is no number of seconds.</exception>
    public DateTimeOffset? Latest
    {
        get
        {
            if (!Arguments.TryGetValue("SOURCE_DATE_EPOCH", out string? text) || text.Length == 0) return null;
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= LastSecond
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw GantryException.Invalid($"invalid SOURCE_DATE_EPOCH: \"{text}\" is no number of seconds since 1970");
        }
    }
}
