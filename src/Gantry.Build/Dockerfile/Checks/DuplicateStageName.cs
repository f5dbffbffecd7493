namespace Gantry.Build.Dockerfile.Checks;

/// <summary>Of two stages of one name only the last is ever found.</summary>
internal sealed class DuplicateStageName() : BuildCheck("DuplicateStageName")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from same in subject.File.Stages.Where(stage => stage.Name is not null).GroupBy(stage => stage.Name)
        from stage in same.Skip(1)
        select Warn(stage.From.StageName!.Value.Range,
            $"Duplicate stage name {GoQuote.Quote(stage.Name!)}, stage names should be unique");
}
