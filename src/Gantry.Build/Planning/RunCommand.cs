using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Planning;

/// <summary>What RUN executes.</summary>
internal static class RunCommand
{
    /// <param name="shell">For the form that is one line.</param>
    /// <exception cref="DockerfileException">There is nothing to execute.</exception>
    public static IReadOnlyList<string> Of(RunInstruction run, IReadOnlyList<string> shell)
    {
        if (run.Heredocs.Count == 0 || !run.Command.IsShell)
        {
            IReadOnlyList<string> command = run.Command.With(shell);
            return run.Command.Words.Count > 0 ? command : throw run.Statement.Refuse("RUN requires at least one argument");
        }
        Heredoc first = run.Heredocs[0];
        string line = run.Command.Words.Count > 0 ? run.Command.Words[0].Text.Trim() : "";
        bool isAlone = run.Heredocs.Count == 1 && line.StartsWith("<<", StringComparison.Ordinal) && !line.Contains(' ');
        // Alone it is the script; behind a command it is what the shell makes of it.
        return isAlone ? [.. shell, first.Content]
            : [.. shell, string.Concat([line, "\n", .. run.Heredocs.Select(one => $"{one.Content}{one.Name}\n")])];
    }
}
