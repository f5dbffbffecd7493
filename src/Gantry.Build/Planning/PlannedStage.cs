using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build.Planning;

/// <summary>A stage, turned into a chain of vertices.</summary>
/// <param name="Base">What it begins from; null for nothing.</param>
/// <param name="Steps">The first one is FROM.</param>
/// <param name="Scope">The variables at its end, for a stage that begins from it.</param>
public sealed record PlannedStage(BuildStage Stage, BaseImage? Base, IReadOnlyList<PlannedStep> Steps, StageScope Scope)
{
    /// <summary>What it gives.</summary>
    public Vertex Result => Steps[^1].Vertex!;

    public ImageConfig Config => Steps[^1].Config;

    /// <summary>What it is for where it begins from nothing.</summary>
    public TargetPlatform Platform { get; init; } = TargetPlatform.Host;

    /// <summary>The stage that it begins from, if it is one of this file.</summary>
    public PlannedStage? Parent { get; init; }
}
