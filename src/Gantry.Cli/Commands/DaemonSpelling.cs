using Gantry.Cli.CommandLine;
using Gantry.Linux;
using Gantry.Linux.Processes;

namespace Gantry.Cli.Commands;

/// <summary>The daemon was once the same program: <c>docker -d</c>, <c>docker -H 192.168.56.50:2375 -d</c>, <c>docker daemon</c>.
/// Whoever types that gets ours, with all that else was said.</summary>
internal static class DaemonSpelling
{
    private const string Daemon = "gantryd";

    /// <summary>Where a word for the daemon stands among the options before the command.</summary>
    /// <returns>The daemon's arguments; null when it is not meant.</returns>
    public static string[]? Arguments(FlagSet flags, string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument is "-d" or "--daemon" or "daemon") return [.. arguments[..i], .. arguments[(i + 1)..]];
            if (argument.Length < 2 || argument[0] != '-') return null;
            bool isLong = argument[1] == '-';
            Flag? flag = isLong ? flags.Find(argument[2..].Split('=')[0]) : flags.Find(argument[1]);
            if (flag is null) return null;
            if (flag.ValueWhenAlone is null && (isLong ? !argument.Contains('=') : argument.Length == 2)) i++;
        }
        return null;
    }

    /// <summary>Becomes the daemon; returns only where that cannot be.</summary>
    public static int Run(string program, string[] arguments)
    {
        string path = ProgramLookup.Find(Daemon, Path.GetDirectoryName(Environment.ProcessPath))
            ?? throw new CliException($"{program}: the daemon is {Daemon}, a program of its own, and it is not installed here");
        try
        {
            ThisProcess.Become(path, [Daemon, .. arguments]);
            return 0;
        }
        catch (KernelException e)
        {
            throw new CliException($"{program}: {e.Message}");
        }
    }
}
