namespace Gantry.Build.Dockerfile.Checks;

/// <summary>FROM and AS are two words of one instruction.</summary>
internal sealed class FromAsCasing() : BuildCheck("FromAsCasing")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from stage in subject.File.Stages
        where stage.From.As is not null
        let keyword = stage.From.Statement.Keyword.Text
        let conjunction = stage.From.As!.Value
        where keyword == keyword.ToUpperInvariant() != (conjunction.Text == conjunction.Text.ToUpperInvariant())
        select Warn(conjunction.Range, $"'{conjunction.Text}' and '{keyword}' keywords' casing do not match");
}
