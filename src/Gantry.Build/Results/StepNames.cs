using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Solver;
using Gantry.Oci.Image;

namespace Gantry.Build.Results;

/// <summary>What a build is called after each of its steps: at its end like the image that it gives, before that by a digest of the steps
/// so far, which stays the same as long as they do.</summary>
/// <remarks>Each is made of the one before: the name of the image that there would be costs as much as all steps up to there.</remarks>
/// <param name="outcome">What came out of a step.</param>
public sealed class StepNames(BuildPlan plan, BuiltImage image, Func<Vertex, StepOutcome?> outcome)
{
    private readonly Dictionary<PlannedStage, List<string>> _names = new(ReferenceEqualityComparer.Instance);

    /// <param name="index">The step's number in the stage; 0 is FROM. It is done, as all before it.</param>
    /// <returns>Empty for nothing.</returns>
    public string After(PlannedStage stage, int index)
    {
        if (ReferenceEquals(stage, plan.Target) && index == stage.Steps.Count - 1) return image.IdOf(stage, index);
        if (!_names.TryGetValue(stage, out List<string>? names)) _names[stage] = names = [];
        while (names.Count <= index) names.Add(names.Count == 0 ? First(stage) : Next(names[^1], stage.Steps[names.Count]));
        return names[index];
    }

    private string First(PlannedStage stage) =>
        stage.Parent is { } parent ? After(parent, parent.Steps.Count - 1) : stage.Base?.Id ?? "";

    private string Next(string before, PlannedStep step)
    {
        StepOutcome made = outcome(step.Vertex!)!;
        return Digest.Of(ByteText.Bytes($"{before}\n{made.Tree.Name}\n{made.Created:O}\n{step.CreatedBy}"));
    }
}
