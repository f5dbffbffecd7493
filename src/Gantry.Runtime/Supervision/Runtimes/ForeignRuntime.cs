using System.Text;
using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Supervision.Streams;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>Calls of somebody else's OCI runtime by the command line that runc has and all others follow.</summary>
internal sealed class ForeignRuntime(string program, string root, string bundle)
{
    /// <summary>So long the container's supervisor waits, in milliseconds, and is deaf to all else meanwhile. It is shorter than the daemon
    /// waits for a container to be made, what takes away a failed one included, and for a change to it.
    /// For a signal or the state the daemon waits for seconds only: they fail as unavailable while another command runs, and so does a
    /// signal to all, a command itself, that takes longer.</summary>
    private const int Limit = 60_000, LongLimit = 240_000;

    private string LogPath => Path.Combine(bundle, "runtime.log");

    /// <summary>Runs one command to its end.</summary>
    /// <param name="pipes">Its stdio, which <c>create</c> and <c>exec</c> pass on to the container; null is a null device.</param>
    /// <exception cref="LaunchException">It failed; the message is the last one of the runtime's own log.</exception>
    public void Run(StdioPipes? pipes, params ReadOnlySpan<string> arguments)
    {
        File.Delete(LogPath);
        // Not the host's: crun makes the user the owner of what it gets, and the container may change it.
        using SafeFileDescriptor nothing = NullDevice.Open();
        (int stdin, int stdout, int stderr) = pipes?.With(nothing) ?? (nothing.Number, nothing.Number, nothing.Number);
        using ChildProcess child = ChildProcess.Spawn(new ChildRequest
        {
            Path = program,
            Arguments = [program, "--root", root, "--log", LogPath, "--log-format", "json", .. arguments],
            Environment = [$"PATH={Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin"}"],
            Descriptors = [(stdin, 0), (stdout, 1), (stderr, 2)],
        });
        int limit = arguments[0] is "create" or "start" ? LongLimit : Limit;
        if (!Descriptor.WaitReadable(child.PidFd.Number, limit))
        {
            child.End();
            throw new LaunchException(FailureStep.Other, 0,
                $"{Path.GetFileName(program)} {arguments[0]} has not ended for {limit / 1000} s and was killed");
        }
        if (ChildProcess.Wait(child.PidFd) is { Code: 0 }) return;
        string message = LastError() ?? $"{Path.GetFileName(program)} {arguments[0]} failed and did not say why";
        throw new LaunchException(StepOf(message), 0, message);
    }

    /// <summary>The runtime says it in words alone.</summary>
    private static string StepOf(string message)
    {
        bool exec = Says("exec");
        if (exec && (Says("not found in $PATH") || Says("no such file or directory"))) return FailureStep.CommandNotFound;
        if (exec && (Says("permission denied") || Says("operation not permitted"))) return FailureStep.CommandNotExecutable;
        if (message.Contains("chdir to cwd")) return FailureStep.WorkingDirectory;
        return FailureStep.Other;

        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    private string? LastError()
    {
        if (!File.Exists(LogPath)) return null;
        string? last = null;
        foreach (string line in File.ReadLines(LogPath, Encoding.UTF8))
        {
            try
            {
                using JsonDocument entry = JsonDocument.Parse(line);
                if (entry.RootElement.GetProperty("level").GetString() is "error" or "fatal")
                    last = entry.RootElement.GetProperty("msg").GetString();
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // Some runtimes write plain lines in between.
                last ??= line;
            }
        }
        return last;
    }
}
