using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>All checks of a Dockerfile, as far as it does not say otherwise itself.</summary>
public static class BuildChecks
{
    public static readonly IReadOnlyList<BuildCheck> All =
    [
        new StageNameCasing(),
        new FromAsCasing(),
        new NoEmptyContinuation(),
        new ConsistentInstructionCasing(),
        new DuplicateStageName(),
        new ReservedStageName(),
        new JSONArgsRecommended(),
        new MaintainerDeprecated(),
        new UndefinedArgInFrom(),
        new InvalidDefaultArgInFrom(),
        new FromPlatformFlagConstDisallowed(),
        new RedundantTargetPlatform(),
        new WorkdirRelativePath(),
        new UndefinedVar(),
        new MultipleInstructionsDisallowed(),
        new LegacyKeyValueFormat(),
        new SecretsUsedInArgOrEnv(),
        new ExposeProtoCasing(),
        new ExposeInvalidFormat(),
        new CopyIgnoredFile(),
        new InvalidDefinitionDescription(),
    ];

    /// <summary>Warnings of one file: who has more of them reads no further, and a file may be made to have very many.</summary>
    public const int Most = 500;

    /// <returns>In the order of the file; at most <see cref="Most"/>.</returns>
    /// <param name="options">What <c># check=</c> says, or what was asked for in its place.</param>
    /// <exception cref="DockerfileException">A variable makes no sense.</exception>
    public static IReadOnlyList<BuildWarning> Run(CheckSubject subject, CheckOptions options) =>
        [.. All.Where(options.Wants).SelectMany(check => check.Run(subject)).Take(Most)
            .OrderBy(warning => warning.Range.Line).ThenBy(warning => warning.Range.Column)];
}
