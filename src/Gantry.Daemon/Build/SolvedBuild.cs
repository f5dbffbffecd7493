using Gantry.Build;
using Gantry.Build.Attestations;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Build;

/// <summary>A build for one platform; what it has made stays until it is disposed.</summary>
/// <param name="run">Is this one's from now on.</param>
/// <param name="materials">Images that something was taken from.</param>
internal sealed class SolvedBuild(BuildRun run, BuildOptions options, BuildPlan plan, IReadOnlyList<AttestedMaterial> materials)
    : IDisposable
{
    public BuildRun Run => run;

    public BuildOptions Options => options;

    public BuildPlan Plan => plan;

    public IReadOnlyList<AttestedMaterial> Materials => materials;

    public TargetPlatform Platform { get; } = TargetPlatform.Parse(options.Platform);

    public BuiltImage Image { get; } = new(options, run.Outcome);

    /// <summary>Of the target; empty until all steps are done.</summary>
    public BuiltTree Tree { get; private set; } = BuiltTree.Empty;

    /// <summary>What the image says; null for one that is as it was.</summary>
    public OciImage? Described { get; private set; }

    /// <summary>The same as bytes, also of one that is as it was, and of none.</summary>
    public byte[] Configuration => BuiltImage.Serialize(Described ?? plan.Target.Base?.Image ?? Nothing);

    /// <summary>As what another build begins from, as long as this one is there.</summary>
    public BaseImage Base => Described is null && plan.Target.Base is { } same ? same
        : new BaseImage(Digest.Of(Configuration), Described ?? Nothing, Tree);

    private OciImage Nothing => new()
    {
        Architecture = plan.Target.Platform.Architecture, Os = plan.Target.Platform.Os, RootFs = new ImageRootFs { DiffIds = [] },
    };

    /// <summary>All steps are done.</summary>
    public void Complete(BuiltTree tree, CancellationToken cancellation)
    {
        (Described, Tree) = (Image.Describe(plan.Target), tree);
        if (!options.Squash || Described is not { } described) return;
        BuiltTree below = plan.Target.Base?.Tree ?? BuiltTree.Empty;
        TreeLayer? layer = run.Squash(below, tree, options.Latest, cancellation);
        string id = Digest.Of(BuiltImage.Serialize(described));
        Described = SquashedImage.Of(described, id, plan.Target.Base, layer, options.Latest ?? DateTimeOffset.UtcNow);
        Tree = below.With(layer);
    }

    public void Dispose() => run.Dispose();
}
