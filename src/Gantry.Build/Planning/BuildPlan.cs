namespace Gantry.Build.Planning;

/// <summary>What is to be built, in the order of the file; stages that the target does not need are left out.</summary>
/// <param name="Globals">What stands before the first stage.</param>
/// <param name="Warnings">For people.</param>
public sealed record BuildPlan(IReadOnlyList<PlannedStep> Globals, IReadOnlyList<PlannedStage> Stages, PlannedStage Target,
    IReadOnlyList<string> Warnings)
{
    public IEnumerable<PlannedStep> Steps => Globals.Concat(Stages.SelectMany(stage => stage.Steps));
}
