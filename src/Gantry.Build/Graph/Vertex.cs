namespace Gantry.Build.Graph;

/// <summary>One thing to be made: a tree, out of other trees. Two vertices are the same when they are one object; what is equal in what it
/// does is found by its key.</summary>
/// <remarks>Nothing here knows what language the build was written in.</remarks>
public abstract class Vertex
{
    /// <summary>For people: the instruction as it is written.</summary>
    public required string Title { get; init; }

    /// <summary>What it changes comes on top of this one; null where it stands by itself.</summary>
    public Vertex? Below { get; init; }

    /// <summary>What must be there before: <see cref="Below"/>, and the trees that it reads.</summary>
    public virtual IReadOnlyList<Vertex> Inputs => Below is null ? [] : [Below];

    /// <summary>Which of <see cref="Inputs"/> each further tree stands on that it gives beside its own (<see cref="FurtherVertex"/>).
    /// </summary>
    public virtual IReadOnlyList<int> Further => [];

    /// <summary>No file that it makes is newer, nor a directory that is made on the way; null for no bound.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Not looked up in the cache, nor is what stands on it, since that is made anew too.</summary>
    public bool IsAlwaysMade { get; init; }
}
