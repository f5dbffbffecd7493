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
/// <param name="First">What is in it when it is made; null for nothing. With another one it is another directory.</param>
public sealed record CachePlace(string Target, string Id, string Sharing, bool ReadOnly, uint UserId, uint GroupId, uint Mode,
    BindPlace? First = null) : RunPlace(Target)
{
    /// <summary>Owner and mode are those of the directory that is in it when it is made.</summary>
    public bool IsLikeFirst { get; init; }

    public override Vertex? Tree => First?.From;
}

/// <summary>A directory in memory.</summary>
/// <param name="Size">Bytes; null for no bound of its own.</param>
public sealed record MemoryPlace(string Target, long? Size) : RunPlace(Target);

/// <summary>A tree beside the command's own: what the command writes there is another result of it.</summary>
/// <param name="From">What is there before.</param>
/// <param name="Source">The directory of it that is shown; empty for all.</param>
public sealed record OutputPlace(string Target, Vertex From, string Source) : RunPlace(Target)
{
    public override Vertex Tree => From;
}

/// <summary>Something that the client of the build keeps to itself: no key, layer or history knows more of it than its name.</summary>
/// <param name="Id">By which the client knows it.</param>
/// <param name="IsRequired">Without it the step fails; otherwise it goes without.</param>
public abstract record ClientPlace(string Target, string Id, bool IsRequired, uint UserId, uint GroupId, uint Mode) : RunPlace(Target);

/// <summary>A secret, as a file in memory, a variable, or both.</summary>
/// <param name="Target">Empty for no file.</param>
/// <param name="Variable">Null for none.</param>
public sealed record SecretPlace(string Target, string Id, string? Variable, bool IsRequired, uint UserId, uint GroupId, uint Mode)
    : ClientPlace(Target, Id, IsRequired, UserId, GroupId, Mode);

/// <summary>A socket behind which an ssh agent of the client's answers.</summary>
public sealed record AgentPlace(string Target, string Id, bool IsRequired, uint UserId, uint GroupId, uint Mode)
    : ClientPlace(Target, Id, IsRequired, UserId, GroupId, Mode)
{
    /// <summary>The command's variables say themselves where it is, or that it is not to be found by them.</summary>
    public bool IsUnnamed { get; init; }
}

/// <summary>Files of the context or of another tree, where they are; what a command writes to them is thrown away.</summary>
/// <param name="From">Null for the context.</param>
/// <param name="Source">In it, as it is written; empty for all of it.</param>
/// <param name="Context">The name of a further context; null for the build's own.</param>
public sealed record BindPlace(string Target, Vertex? From, string Source, bool ReadOnly, string? Context = null) : RunPlace(Target)
{
    public override Vertex? Tree => From;
}
