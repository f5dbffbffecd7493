using Gantry.Build.Graph;

namespace Gantry.Build.Solver;

/// <summary>Knows what came out of steps beside the cache. Called from several threads.</summary>
public interface IStepSource
{
    /// <param name="sources">As <see cref="IStepWork.SourcesOf"/> says.</param>
    /// <returns>The layer, null for none, and when it was made; null for a step that is not known.</returns>
    (TreeLayer? Layer, DateTimeOffset Created)? Find(Vertex vertex, string? sources);

    /// <summary>Told what came out of each vertex, after those that it stands on and before those that stand on it.</summary>
    void Note(Vertex vertex, string? sources, StepOutcome outcome);
}
