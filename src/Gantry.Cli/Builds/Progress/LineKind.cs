namespace Gantry.Cli.Builds.Progress;

/// <summary>How a line is meant, which decides its colour.</summary>
internal enum LineKind
{
    Head,
    Running,
    Done,
    Failed,
    Log,
}
