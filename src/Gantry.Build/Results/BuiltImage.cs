using System.Text.Json;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Solver;
using Gantry.Oci.Image;

namespace Gantry.Build.Results;

/// <summary>The image that a stage gives.</summary>
/// <param name="outcome">What came out of a step.</param>
public sealed class BuiltImage(BuildOptions options, Func<Vertex, StepOutcome?> outcome)
{
    /// <summary>As it is after one of the stage's steps.</summary>
    /// <param name="last">The step's number in the stage; 0 is FROM.</param>
    /// <returns>Null for one that is an image already, or nothing.</returns>
    public OciImage? Describe(PlannedStage stage, int last)
    {
        List<PlannedStep> steps = StepsOf(stage, last);
        if (steps.Count == 0) return null;
        OciImage below = stage.Base?.Image ?? FromNothing(stage.Platform);
        DateTimeOffset created = steps.Max(step => At(step));
        BuiltTree tree = outcome(steps[^1].Vertex!)!.Tree;
        return below with
        {
            Created = created,
            Author = steps.Select(step => step.Author).LastOrDefault(author => author is not null) ?? below.Author,
            Config = stage.Steps[last].Config,
            Comment = null, Container = null, DockerVersion = null,
            RootFs = new ImageRootFs { DiffIds = tree.DiffIds },
            History = [.. below.History ?? [], .. steps.Select(Entry)],
        };
    }

    public OciImage? Describe(PlannedStage stage) => Describe(stage, stage.Steps.Count - 1);

    /// <summary>What <see cref="Describe(PlannedStage, int)"/> gives is called so; empty for nothing.</summary>
    public string IdOf(PlannedStage stage, int last) =>
        Describe(stage, last) is { } image ? Digest.Of(Serialize(image)) : stage.Base?.Id ?? "";

    /// <summary>The configuration as it is kept.</summary>
    public static byte[] Serialize(OciImage image) => JsonSerializer.SerializeToUtf8Bytes(image, ImageJson.Default.OciImage);

    /// <summary>Without those that are FROM, and with those of the stage that it begins from.</summary>
    private static List<PlannedStep> StepsOf(PlannedStage stage, int last) =>
        [.. stage.Parent is { } parent ? StepsOf(parent, parent.Steps.Count - 1) : [], .. stage.Steps.Skip(1).Take(last)];

    private ImageHistory Entry(PlannedStep step)
    {
        StepOutcome made = outcome(step.Vertex!)!;
        return new ImageHistory
        {
            Created = At(step), CreatedBy = PlannedStep.Words(step.CreatedBy!, made.Sources), EmptyLayer = made.Layer is null,
            Author = step.Author,
        };
    }

    private DateTimeOffset At(PlannedStep step) => options.Latest ?? outcome(step.Vertex!)!.Created;

    private static OciImage FromNothing(TargetPlatform platform) => new()
    {
        Architecture = platform.Architecture, Os = platform.Os, Variant = platform.Variant.Length > 0 ? platform.Variant : null,
    };
}
