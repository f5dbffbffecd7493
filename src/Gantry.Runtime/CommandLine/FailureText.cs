using Gantry.Linux;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.CommandLine;

/// <summary>What the user reads of a failure.</summary>
internal static class FailureText
{
    // The framework's own messages are left out of this program; of what it throws only the kind and the path remain.
    public static string Of(Exception e) => e switch
    {
        GantryException or LaunchException or KernelException => e.Message,
        FileNotFoundException missing => $"open {missing.FileName}: {Errno.Message(Errno.ENOENT)}",
        DirectoryNotFoundException => $"open {PathOf(e)}: {Errno.Message(Errno.ENOENT)}",
        UnauthorizedAccessException => $"open {PathOf(e)}: {Errno.Message(Errno.EACCES)}",
        _ => Failure.Text(e),
    };

    private static string PathOf(Exception e) =>
        e.Message[(e.Message.IndexOf(", ", StringComparison.Ordinal) is >= 0 and int at ? at + 2 : 0)..];
}
