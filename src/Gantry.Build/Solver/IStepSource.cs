using Gantry.Build.Graph;

namespace Gantry.Build.Solver;

/// <summary>Knows what came out of steps beside the cache. Called from several threads.</summary>
public interface IStepSource
{
    /// <param name="sources">As <see cref="IStepWork.SourcesOf"/> says.</param>
    /// <param name="below">What the step stands on: the layer is over it when it is told.</param>
    /// <returns>The layer, null for none, and when it was made; null for a step that is not known.</returns>
    Task<(TreeLayer? Layer, DateTimeOffset Created)?> FindAsync(Vertex vertex, string? sources, BuiltTree below,
        CancellationToken cancellation);

    /// <summary>Told what came out of each vertex, after those that it stands on and before those that stand on it.</summary>
    void Note(Vertex vertex, string? sources, StepOutcome outcome);
}
