using Gantry.Build.Graph;

namespace Gantry.Build.Solver;

/// <summary>What came out of a step.</summary>
/// <param name="Tree">With the layers of what it stands on.</param>
/// <param name="Layer">What it has added; null for nothing.</param>
/// <param name="Created">When: of a cached one, then.</param>
public sealed record StepOutcome(BuiltTree Tree, TreeLayer? Layer, DateTimeOffset Created, bool IsCached)
{
    /// <summary>As <see cref="IStepWork.SourcesOf"/> says.</summary>
    public string? Sources { get; init; }

    /// <summary>What it has added to each tree of <see cref="Vertex.Further"/>; null for nothing.</summary>
    public IReadOnlyList<TreeLayer?> Further { get; init; } = [];
}
