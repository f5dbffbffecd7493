using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>A build without arguments should find an image.</summary>
internal sealed class InvalidDefaultArgInFrom() : BuildCheck("InvalidDefaultArgInFrom")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject)
    {
        GlobalScope defaults = new(subject.File, new Dictionary<string, string>(), subject.Platform);
        return from stage in subject.File.Stages
               where stage.From.Image.Text.Contains('$')
               let image = defaults.Expand(stage.From, out _).Image.Text
               where !IsName(image)
               select Warn(stage.From.Image.Range,
                   $"Default value for ARG {stage.From.Image} results in empty or invalid base image name");
    }

    /// <summary>What an argument without a value leaves behind: an end that says that something is missing.</summary>
    private static bool IsName(string image) => image.Length > 0
        && image[0] is not (':' or '/' or '@') && image[^1] is not (':' or '/' or '@')
        && !image.Contains("//") && !image.Contains("/:") && !image.Any(char.IsWhiteSpace);
}
