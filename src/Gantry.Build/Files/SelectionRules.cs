using Gantry.Build.Dockerfile.Ignore;

namespace Gantry.Build.Files;

/// <summary>What of a source is copied, and under which names.</summary>
public sealed record SelectionRules
{
    /// <summary><c>--exclude</c>: matched with what a name would be below the destination.</summary>
    public IgnorePatterns? Exclude { get; init; }

    /// <summary><c>--parents</c>: the directories of a source are made too, from <c>/./</c> on; <c>**</c> is any number of them, and links
    /// are not followed.</summary>
    public bool Parents { get; init; }

    public long MaxEntries { get; init; } = 4_000_000;
}
