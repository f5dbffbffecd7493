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

    /// <summary>A source that is a link is that link, not what it leads to.</summary>
    public bool KeepsLinks { get; init; }

    /// <summary>Nothing in a source is a pattern.</summary>
    public bool IsLiteral { get; init; }

    public long MaxEntries { get; init; } = 4_000_000;
}
