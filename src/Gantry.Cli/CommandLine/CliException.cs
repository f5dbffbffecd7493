using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>Ends the command with this message on stderr and this exit status.</summary>
internal sealed class CliException(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>Exit status where options cannot be.</summary>
    public const int Usage = 125;

    public int ExitCode { get; } = exitCode;
}

/// <summary>An option is wrong: shown with the command's syntax, exit status 125.</summary>
internal sealed class UsageException(string message) : Exception(message);
