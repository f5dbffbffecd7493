namespace Gantry.Build.Dockerfile.Checks;

/// <summary>An image for one platform only is seldom what is meant.</summary>
internal sealed class FromPlatformFlagConstDisallowed() : BuildCheck("FromPlatformFlagConstDisallowed")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from stage in subject.File.Stages
        where stage.From.Platform is { } platform && !platform.Text.Contains('$') && !NamesIt(stage.Name, platform.Text)
        select Warn(stage.From.Platform!.Value.Range,
            $"FROM --platform flag should not use constant value {GoQuote.Quote(stage.From.Platform.Value.Text)}");

    /// <summary>Stages for one platform each, from which another chooses by a variable.</summary>
    private static bool NamesIt(string? stage, string platform) =>
        stage is not null && platform.Split('/').Any(part => part.Length > 0 && stage.Contains(part, StringComparison.OrdinalIgnoreCase));
}
