using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary>
/// How run reports failure: 125 when the engine failed, 126 and 127 when the command could not be executed or found,
/// as shells do; everything else is the container's own status.
/// </summary>
internal static class RunFailure
{
    public const int EngineFailed = 125;
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    public static int Guard(Invocation invocation, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (ApiException e)
        {
            return Report(invocation, $"Error response from daemon: {e.Message}", StatusOf(e.Message));
        }
        catch (ApiConnectionException e)
        {
            return Report(invocation, ConnectionAdvice.Text(e), EngineFailed);
        }
        catch (CliException e) when (e.ExitCode == EngineFailed)
        {
            return Report(invocation, e.Message, EngineFailed);
        }
    }

    private static int Report(Invocation invocation, string message, int status)
    {
        invocation.Error.WriteLine($"{invocation.Program}: {message}\n\nRun '{invocation.CommandPath} --help' for more information");
        return status;
    }

    public static int StatusOf(string message)
    {
        if (Says(message, "executable file not found") || Says(message, "no such file or directory")) return NotFound;
        return Says(message, "permission denied") || Says(message, "is a directory") || Says(message, "exec format error") ? NotExecutable
            : EngineFailed;
    }

    private static bool Says(string message, string text) => message.Contains(text, StringComparison.OrdinalIgnoreCase);
}
