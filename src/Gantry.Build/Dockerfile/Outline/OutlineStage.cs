using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Outline;

/// <summary>A stage that a build may be asked for.</summary>
/// <param name="Name">Null where it has a number alone.</param>
/// <param name="Base">Of FROM, as it is written, as <paramref name="Platform"/>.</param>
public sealed record OutlineStage(string? Name, bool IsDefault, string? Description, string Base, string? Platform, TextRange Range)
{
    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<OutlineStage> All(BuildFile file) =>
    [
        .. file.Stages.Select(stage => new OutlineStage(
            stage.Name, stage == file.Stages[^1], Described.Of(stage.From.Statement, stage.Name),
            stage.From.Image.Text, stage.From.Platform?.Text, stage.From.Statement.Range)),
    ];
}
