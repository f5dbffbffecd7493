namespace Gantry.Build.Graph;

/// <summary>One change to a tree. Paths begin at its root, whatever they look like; links on the way are followed inside.</summary>
/// <param name="Owner"><c>user[:group]</c> of what is made, as the tree's own files have them before the first change; null for the usual
/// one.</param>
/// <param name="Time">Of what is made; null for one that is the same whenever it is made.</param>
public abstract record FileAction(string? Owner, DateTimeOffset? Time)
{
    /// <summary>The tree that it takes files from; null for none.</summary>
    public virtual Vertex? Tree => null;
}

/// <summary>A directory; one that is there stays as it is.</summary>
/// <param name="Parents">Those above it are made too, in the same way.</param>
public sealed record MakeDirectoryAction(string Path, uint Mode, bool Parents, string? Owner = null, DateTimeOffset? Time = null)
    : FileAction(Owner, Time);

/// <summary>A file, in place of one that is there.</summary>
public sealed record MakeFileAction(string Path, uint Mode, ReadOnlyMemory<byte> Content, string? Owner = null, DateTimeOffset? Time = null)
    : FileAction(Owner, Time);

/// <summary>A symbolic link where nothing is.</summary>
/// <param name="Target">As it is to be read.</param>
public sealed record MakeLinkAction(string Target, string Path, string? Owner = null, DateTimeOffset? Time = null)
    : FileAction(Owner, Time);

/// <summary>Takes away what is there, with all that is in it; a link is no way to what it leads to.</summary>
/// <param name="IsPattern">It may fit any number of names.</param>
public sealed record RemoveAction(string Path, bool MayBeMissing, bool IsPattern) : FileAction(null, null);

/// <summary>Copies something. Without an owner it belongs to whom it belongs there.</summary>
/// <param name="From">The tree that has it; null for a context.</param>
/// <param name="Context">The name of the context.</param>
/// <param name="Source">There.</param>
/// <param name="Destination">With a slash at its end a directory is meant.</param>
public sealed record CopyAction(Vertex? From, string? Context, string Source, string Destination, string? Owner = null,
    DateTimeOffset? Time = null) : FileAction(Owner, Time)
{
    public override Vertex? Tree => From;

    /// <summary>Octal, or symbolic; null keeps what it has.</summary>
    public string? Mode { get; init; }
    /// <summary>A source that is a link is what it leads to; otherwise it is the link.</summary>
    public bool FollowsLink { get; init; }
    /// <summary>Of a directory what is in it goes to the destination, and not it itself.</summary>
    public bool TakesContent { get; init; }
    /// <summary>An archive is unpacked.</summary>
    public bool Unpack { get; init; }
    /// <summary>The directories above the destination are made where they are missing.</summary>
    public bool MakesParents { get; init; }
    /// <summary>The source may be a pattern.</summary>
    public bool IsPattern { get; init; }
    /// <summary>A pattern that fits nothing is no failure.</summary>
    public bool MayBeNothing { get; init; }
    /// <summary>A directory and what is none replace each other.</summary>
    public bool Replaces { get; init; }
    /// <summary>Patterns of what alone is copied of a directory; empty for all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];
    /// <summary>Patterns of what stays out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
