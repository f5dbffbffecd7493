using Gantry.Build.Graph;
using Gantry.Build.Planning;

namespace Gantry.BuildKit.Progress;

/// <summary>What the steps of a build are called where they are shown: <c>[stage 2/5] RUN make</c>.</summary>
internal static class StepTitles
{
    /// <param name="stages">How many the Dockerfile has, built or not.</param>
    /// <param name="platform">Of which of several; empty for the only one.</param>
    /// <returns>A title for each vertex that is shown, in the order of the file; of those that several stages have the first.</returns>
    public static IReadOnlyList<(Vertex Vertex, string Title)> Of(BuildPlan plan, int stages, string platform)
    {
        List<(Vertex, string)> titles = [];
        HashSet<Vertex> told = new(ReferenceEqualityComparer.Instance);
        foreach (PlannedStage stage in plan.Stages)
        {
            // A stage that begins from another has that one's result as its first vertex.
            List<PlannedStep> shown = [.. stage.Steps.Skip(stage.Parent is null && stage.Base is not null ? 0 : 1).Where(IsShown)];
            string name = stages == 1 ? "" : (stage.Stage.Name ?? $"stage-{stage.Stage.Index}") + " ";
            if (platform.Length > 0) name = $"{platform} {name}";
            for (int i = 0; i < shown.Count; i++)
                if (told.Add(shown[i].Vertex!)) titles.Add((shown[i].Vertex!, $"[{name}{i + 1}/{shown.Count}] {OneLine(shown[i].Shown)}"));
        }
        return titles;
    }

    private static bool IsShown(PlannedStep step) => step.Vertex is not (null or NoteVertex);

    private static string OneLine(string title) => title.ReplaceLineEndings(" ");
}
