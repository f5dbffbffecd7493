using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>Finds the program of process.args[0], as the user who will run it, in the process' own PATH. Docker's clients know the texts
/// and map them to 127 and 126.</summary>
internal static class CommandLookup
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static string Find(string command, IReadOnlyList<string> environment)
    {
        if (command.Contains('/'))
        {
            int errno = Check(command);
            return errno == 0 ? command : throw NotExecutable(command, errno);
        }
        bool forbidden = false;
        foreach (string directory in SearchPath(environment).Split(':'))
        {
            string candidate = directory.Length == 0 ? $"./{command}" : $"{directory}/{command}";
            int errno = command.Length == 0 ? Errno.ENOENT : Check(candidate);
            if (errno == 0) return candidate;
            forbidden |= errno == Errno.EACCES && File.Exists(candidate);
        }
        // runc gives the same text for both; the exit code is the client's to derive from it.
        throw LaunchException.OfCommand(command, "executable file not found in $PATH",
            forbidden ? Errno.EACCES : Errno.ENOENT, FailureStep.CommandNotFound);
    }

    private static string SearchPath(IReadOnlyList<string> environment)
    {
        foreach (string variable in environment)
            if (variable.StartsWith("PATH=", StringComparison.Ordinal)) return variable[5..];
        return "";
    }

    private static int Check(string path)
    {
        int errno = Node.CheckExecutable(path);
        if (errno != 0) return errno;
        if (Directory.Exists(path)) return Errno.EISDIR;
        // CAP_DAC_OVERRIDE lets access(2) succeed for root on some files that execve will still refuse.
        return (File.GetUnixFileMode(path) & AnyExecute) == 0 ? Errno.EACCES : 0;
    }

    private static LaunchException NotExecutable(string command, int errno)
    {
        bool missing = errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENAMETOOLONG;
        // podman knows the second half alone, and so that it is 126.
        string cause = missing ? $"stat {command}: {Errno.Message(errno)}"
            : errno == Errno.EISDIR ? $"{Errno.Message(errno)}: {Errno.Message(Errno.EACCES)}" : Errno.Message(errno);
        return LaunchException.OfCommand(command, cause, errno, missing ? FailureStep.CommandNotFound : FailureStep.CommandNotExecutable);
    }
}
