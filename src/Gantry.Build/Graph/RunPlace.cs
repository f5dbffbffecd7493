namespace Gantry.Build.Graph;

/// <summary>Something that a command has beside its tree, and that no layer gets.</summary>
/// <param name="Target">Absolute.</param>
public abstract record RunPlace(string Target)
{
    /// <summary>The tree that it shows; null for another thing.</summary>
    public virtual Vertex? Tree => null;
}

/// <summary>A directory that is kept between builds.</summary>
/// <param name="Id">Those of one name share it.</param>
/// <param name="Sharing"><c>shared</c>, <c>private</c> or <c>locked</c>.</param>
public sealed record CachePlace(string Target, string Id, string Sharing, bool ReadOnly, uint UserId, uint GroupId, uint Mode)
    : RunPlace(Target);

/// <summary>A directory in memory.</summary>
/// <param name="Size">Bytes; null for no bound of its own.</param>
public sealed record MemoryPlace(string Target, long? Size) : RunPlace(Target);

/// <summary>Files of the context or of another tree, where they are; what a command writes to them is thrown away.</summary>
/// <param name="From">Null for the context.</param>
/// <param name="Source">In it, as it is written; empty for all of it.</param>
/// <param name="Context">The name of a further context; null for the build's own.</param>
public sealed record BindPlace(string Target, Vertex? From, string Source, bool ReadOnly, string? Context = null) : RunPlace(Target)
{
    public override Vertex? Tree => From;
}
