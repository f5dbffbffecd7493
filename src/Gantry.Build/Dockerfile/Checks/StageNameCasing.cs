namespace Gantry.Build.Dockerfile.Checks;

/// <summary>References find a stage in any case, so its name is told from instructions by its small letters.</summary>
internal sealed class StageNameCasing() : BuildCheck("StageNameCasing")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from stage in subject.File.Stages
        where stage.From.StageName is { } name && name.Text != stage.Name
        select Warn(stage.From.StageName!.Value.Range, $"Stage name '{stage.From.StageName}' should be lowercase");
}
