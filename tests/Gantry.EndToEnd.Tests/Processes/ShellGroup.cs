using System.Globalization;

namespace Gantry.EndToEnd.Processes;

/// <summary>A shell and its command in a group of their own, as in a terminal: everybody in it gets the signal.</summary>
/// <remarks>Programs in the background of a script would not hear it.</remarks>
public static class ShellGroup
{
    /// <summary>Before the command. What is written: <c>group NUMBER</c>, what the command writes, <c>ended with STATUS</c>.</summary>
    public static readonly string[] Shell = ["setsid", "bash", "-c", "echo group $$; \"$@\"; echo ended with $?", "bash"];

    public static async Task<int> NumberOf(RunningProcess shell)
    {
        await shell.Shows("group");
        return int.Parse(shell.Output.Split((char[])[' ', '\n'], 3)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Ctrl-C.</summary>
    public static async Task Interrupt(RunningProcess shell)
    {
        int group = await NumberOf(shell);
        // Until it waits for its command, which may run already, the signal ends it.
        await Eventually.True(() => Signals.IsHandled(group, 2), "the shell waits for its command");
        (await Command.Run("kill", ["-INT", "--", $"-{group}"])).Succeeded();
    }
}
