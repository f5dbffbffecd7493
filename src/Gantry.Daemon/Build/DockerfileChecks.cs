using Gantry.Api.Builds;
using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Planning;
using Gantry.Engine.Images;

namespace Gantry.Daemon.Build;

/// <summary>The checks of one Dockerfile, with what this daemon knows: the context, and the images that are here.</summary>
/// <param name="ignored">What the context leaves out.</param>
internal sealed class DockerfileChecks(ImageStore images, BuildQuery query, IgnorePatterns? ignored)
{
    /// <summary>Of BuildKit: in place of what the Dockerfile says.</summary>
    private const string Argument = "BUILDKIT_DOCKERFILE_CHECK";

    /// <summary>Lines that are shown before and after.</summary>
    private const int Around = 2;

    /// <summary>Lines that are shown in all: an instruction may have any number of them, and each of them a warning.</summary>
    private const int MostShown = 20;

    /// <exception cref="DockerfileException">What chooses the checks makes no sense.</exception>
    public IReadOnlyList<BuildWarning> Run(BuildFile file) => BuildChecks.Run(new CheckSubject(file)
    {
        Ignored = ignored, ImageEnvironment = EnvironmentOf, Platform = PlatformArguments.Of(query.Options),
        BuildArguments = query.Options.Arguments,
    }, OptionsOf(file));

    /// <summary>Whether the Dockerfile says that warnings are errors.</summary>
    /// <inheritdoc cref="Run"/>
    public bool AreRequired(BuildFile file) => OptionsOf(file).IsError;

    /// <exception cref="GantryException">Invalid: there are warnings, and the Dockerfile says that these are errors.</exception>
    public void Require(BuildFile file, IReadOnlyList<BuildWarning> warnings)
    {
        if (warnings.Count == 0 || !AreRequired(file)) return;
        IEnumerable<string> lines = warnings.Select(warning => $"{warning.Check}: {warning.Message} (line {warning.Range.Line})");
        throw GantryException.Invalid($"lint violation found for rules: {string.Join(", ", warnings.Select(one => one.Check).Distinct())}\n"
            + string.Join('\n', lines));
    }

    public static BuildCheckWarning Wire(BuildWarning warning)
    {
        IReadOnlyList<string> lines = warning.Range.File.Lines;
        int first = Math.Max(1, warning.Range.Line - Around), last = Math.Min(lines.Count, warning.Range.EndLine + Around);
        // The line feed at the end of a file is no line.
        if (last == lines.Count && last > warning.Range.EndLine && lines[last - 1].Length == 0) last--;
        last = Math.Min(last, first + MostShown - 1);
        return new BuildCheckWarning
        {
            Check = warning.Check, Message = warning.Message, Line = warning.Range.Line, LastLine = warning.Range.EndLine,
            FirstShown = first, Shown = [.. lines.Skip(first - 1).Take(last - first + 1).Select(line => line.TrimEnd('\r'))],
        };
    }

    private CheckOptions OptionsOf(BuildFile file) => CheckOptions.Parse(query.Options.Arguments.TryGetValue(Argument, out string? chosen)
        ? new Word(chosen, file.Lexed.Source.Whole(1)) : file.Lexed.Directives.Check);

    private IReadOnlyDictionary<string, string>? EnvironmentOf(string reference)
    {
        // Of what comes under a name of the build's own nothing is known.
        if (NamedContext.Of(query.Contexts.Keys, reference) is not null) return null;
        if (images.TryResolve(reference) is not { } image) return null;
        Dictionary<string, string> variables = [];
        foreach (string entry in image.Config.Config?.Env ?? [])
            if (entry.IndexOf('=') is > 0 and var equals) variables[entry[..equals]] = entry[(equals + 1)..];
        return variables;
    }
}
