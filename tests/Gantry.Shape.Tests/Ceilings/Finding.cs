namespace Gantry.Shape.Ceilings;

/// <summary>One place that is not as a rule wants it.</summary>
/// <param name="Project">Whose ceiling it counts against: <c>src/Gantry.Cli</c>.</param>
/// <param name="Place">Where an editor opens it: <c>path:line</c>.</param>
/// <param name="What">What is there, and what should be.</param>
public sealed record Finding(string Project, string Place, string What)
{
    public override string ToString() => $"{Place}: {What}";

    /// <summary>The first two folders, which is where projects lie.</summary>
    public static string ProjectOf(string path) => string.Join('/', path.Split('/').Take(2));
}
