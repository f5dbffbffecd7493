using Gantry.Build.Graph;

namespace Gantry.Build.Solver;

/// <summary>Does what a vertex says.</summary>
public interface IStepWork
{
    /// <summary>All that decides what comes out, as a part of the step's key.</summary>
    /// <remarks>What it has open for that stays open for <see cref="RunAsync"/>, up to <see cref="Release"/>.</remarks>
    /// <param name="inputs">What the vertex's inputs gave, in their order.</param>
    Task<string> KeyAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation);

    /// <summary>What a copy copies, by its content, as a history says it: <c>file:</c>, <c>dir:</c> or <c>multi:</c> and a digest of all
    /// that decides what comes out beside the tree below. Known once its key is.</summary>
    /// <returns>Null for other vertices.</returns>
    string? SourcesOf(Vertex vertex);

    /// <param name="id">What it is called while it is at work.</param>
    /// <returns>Null where it has changed nothing.</returns>
    Task<TreeLayer?> RunAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, string id, IBuildProgress progress,
        CancellationToken cancellation);

    /// <summary>What it has added to each tree of <see cref="Vertex.Further"/>, once it was run; null for nothing.</summary>
    IReadOnlyList<TreeLayer?> FurtherOf(Vertex vertex) => [];

    /// <summary>Whether a tree that is put together of others' layers is there, with all that an image of it needs. It is kept by the lease
    /// from here on.</summary>
    bool IsPlaced(BuiltTree tree) => true;

    /// <summary>Makes such a tree be there.</summary>
    /// <param name="inputs">The trees that have its layers.</param>
    void Place(BuiltTree tree, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
    }

    /// <summary>The vertex is made, was found, or has failed.</summary>
    void Release(Vertex vertex);
}
