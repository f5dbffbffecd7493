using Gantry.Build.Graph;
using Gantry.Storage.Roots;

namespace Gantry.Build.Solver;

/// <summary>Does what a vertex says.</summary>
public interface IStepWork
{
    /// <summary>All that decides what comes out, as a part of the step's key.</summary>
    /// <param name="inputs">What the vertex's inputs gave, in their order.</param>
    Task<string> KeyAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation);

    /// <param name="id">What it is called while it is at work.</param>
    /// <param name="lease">Pins what it makes.</param>
    /// <returns>Null where it has changed nothing.</returns>
    Task<TreeLayer?> RunAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, string id, Lease lease, IBuildProgress progress,
        CancellationToken cancellation);
}
