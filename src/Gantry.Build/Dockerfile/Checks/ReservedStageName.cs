namespace Gantry.Build.Dockerfile.Checks;

/// <summary>Some names mean something else where a stage is named.</summary>
internal sealed class ReservedStageName() : BuildCheck("ReservedStageName")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from stage in subject.File.Stages
        where stage.Name is "context" or "scratch"
        select Warn(stage.From.StageName!.Value.Range,
            $"Stage name should not use the same name as reserved stage {GoQuote.Quote(stage.Name!)}");
}
