namespace Gantry.Build.Dockerfile.Checks;

/// <summary>What is so anyway need not be said.</summary>
internal sealed class RedundantTargetPlatform() : BuildCheck("RedundantTargetPlatform")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from stage in subject.File.Stages
        where stage.From.Platform?.Text is "$TARGETPLATFORM" or "${TARGETPLATFORM}"
        select Warn(stage.From.Platform!.Value.Range,
            $"Setting platform to predefined {stage.From.Platform} in FROM is redundant as this is the default behavior");
}
