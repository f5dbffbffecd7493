using Gantry.Build;
using Gantry.Build.Attestations;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Build;

/// <summary>A build for one platform, all of whose steps are done; what they have made stays until it is disposed.</summary>
internal sealed record SolvedBuild(BuildRun Run, BuildOptions Options, BuildPlan Plan, BuiltImage Image, BuiltTree Tree,
    IBuildReport Report) : IDisposable
{
    /// <summary>Images that something was taken from.</summary>
    public IReadOnlyList<AttestedMaterial> Materials { get; init; } = [];

    public TargetPlatform Platform { get; } = TargetPlatform.Parse(Options.Platform);

    public void Dispose() => Run.Dispose();
}
