using System.Collections;
using System.Diagnostics;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Runtime.Containers;
using Gantry.Shim;

namespace Gantry.Runtime.Checkpoints;

/// <summary>The program criu(8), which takes processes apart and puts them together again.</summary>
internal sealed class Criu
{
    private const int LogLimit = 64 << 20, ToldLines = 4, Slice = 1000;

    private readonly string _program, _images, _work;

    /// <param name="program">A path, or a name to be found in PATH.</param>
    /// <param name="images">Where the files that it makes or reads are.</param>
    /// <param name="work">Where its logs go.</param>
    /// <exception cref="GantryException">It is not installed.</exception>
    public Criu(string program, string images, string work)
    {
        (_images, _work) = (images, work);
        _program = ProgramLookup.Find(program) ?? throw GantryException.Unsupported($"checkpoint and restore need CRIU: \"{program}\" is not installed");
    }

    /// <param name="action">dump, pre-dump or restore.</param>
    /// <param name="descriptors">Those that it gets from number 0 on.</param>
    /// <param name="silent">Called about every second while it works; ends it by an exception.</param>
    /// <exception cref="LaunchException">It refused; the message has the errors in its log.</exception>
    public void Run(string action, IReadOnlyList<string> options, IReadOnlyList<int> descriptors, Action<TimeSpan>? silent = null)
    {
        string log = $"{action}.log", path = Path.Combine(_work, log);
        File.Delete(path);
        using SafeFileDescriptor nothing = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite);
        using ChildProcess criu = ChildProcess.Spawn(new ChildRequest
        {
            Path = _program,
            Arguments = ["criu", action, "-D", _images, "-W", _work, "-o", log, "-v4", .. options],
            Environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static variable => $"{variable.Key}={variable.Value}")],
            Descriptors = [(nothing.Number, 0), (nothing.Number, 1), (nothing.Number, 2), .. descriptors.Select(static (number, index) => (number, 3 + index))],
        });
        Await(criu, silent);
        ExitResult exit = ChildProcess.Wait(criu.PidFd)!.Value;
        if (exit.Code != 0) throw new LaunchException(FailureStep.Other, 0, $"criu failed: {action} ended with {exit.Code}: {Errors(path)}; log file: {path}");
    }

    private static void Await(ChildProcess criu, Action<TimeSpan>? silent)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            while (!Descriptor.WaitReadable(criu.PidFd.Number, Slice)) silent?.Invoke(Stopwatch.GetElapsedTime(start));
        }
        catch
        {
            criu.End();
            throw;
        }
    }

    private static string Errors(string log)
    {
        if (!File.Exists(log)) return "it wrote no log";
        string[] lines = [.. LinuxFile.ReadText(log, limit: LogLimit).Split('\n').Where(static line => line.Contains("Error (", StringComparison.Ordinal))];
        return lines.Length == 0 ? "its log names no error" : string.Join("; ", lines.TakeLast(ToldLines).Select(static line => line.Trim()));
    }
}
