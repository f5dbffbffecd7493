using System.Collections;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Checkpoints;

/// <summary>The program criu(8), which takes processes apart and puts them together again.</summary>
/// <remarks>
/// By its remote procedure calls rather than by its command line, for by them alone it hands over the other side of a terminal:
/// <code>
/// we                                criu swrk 3
///   request (action, options) ─────▶
///   ◀───────────────── notice (with the terminal's master)   any number of times
///   consent ───────────────────────▶
///   ◀───────────────── answer (success, the first process)
/// </code>
/// </remarks>
internal sealed class Criu
{
    private const int LogLimit = 64 << 20, ToldLines = 4, Slice = 1000, Socket = 3, LongestAnswer = 64 << 10;
    private const ulong NotifyRequest = 6;
    private const string TerminalNotice = "orphan-pts-master";

    private readonly string _program, _images, _work;
    private readonly TimeProvider _time;

    /// <param name="program">A path, or a name to be found in PATH.</param>
    /// <param name="images">Where the files that it makes or reads are.</param>
    /// <param name="work">Where its logs go.</param>
    /// <exception cref="GantryException">It is not installed.</exception>
    public Criu(string program, string images, string work, TimeProvider? time = null)
    {
        (_images, _work, _time) = (images, work, time ?? TimeProvider.System);
        _program = ProgramLookup.Find(program)
            ?? throw GantryException.Unsupported($"checkpoint and restore need CRIU: \"{program}\" is not installed");
    }

    /// <summary>dump, pre-dump or restore, by their numbers among its requests.</summary>
    public enum Action
    {
        Dump = 1,
        Restore = 2,
        PreDump = 4,
    }

    /// <param name="silent">Called about every second while it works; ends it by an exception.</param>
    /// <returns>What has been restored, and the master of its terminal, the caller's; null without one.</returns>
    /// <exception cref="LaunchException">It refused; the message has the errors in its log.</exception>
    public (int Pid, SafeFileDescriptor? Terminal) Run(Action action, CriuOptions options, Action<TimeSpan>? silent = null)
    {
        string name = action switch { Action.Dump => "dump", Action.PreDump => "pre-dump", _ => "restore" };
        string log = $"{name}.log", path = Path.Combine(_work, log);
        File.Delete(path);
        using SafeFileDescriptor images = LinuxFile.OpenDirectory(_images), work = LinuxFile.OpenDirectory(_work);
        var (ours, theirs) = UnixSocket.Pair(messages: true);
        using SafeFileDescriptor socket = ours;
        using ChildProcess criu = Spawn(theirs, options);
        List<SafeFileDescriptor> terminals = [];
        try
        {
            Send(socket, (ulong)action, options.Encode(images.Number, work.Number, log, Socket + 1));
            CriuAnswer? answer = Converse(socket, terminals, silent);
            if (answer is not { Success: true })
            {
                string said = answer?.Message is { } message ? $"{message}: " : "";
                throw new LaunchException(FailureStep.Other, 0, $"criu failed: {name}: {said}{Errors(path)}; log file: {path}");
            }
            // It goes when we hang up.
            socket.Dispose();
            Await(criu.PidFd, silent);
            ChildProcess.Wait(criu.PidFd);
            return (answer.Pid, Take(terminals));
        }
        catch
        {
            criu.End();
            throw;
        }
        finally
        {
            terminals.ForEach(static terminal => terminal.Dispose());
        }
    }

    /// <returns>The first, the caller's from now on; null where there is none.</returns>
    private static SafeFileDescriptor? Take(List<SafeFileDescriptor> terminals)
    {
        if (terminals.Count == 0) return null;
        SafeFileDescriptor first = terminals[0];
        terminals.RemoveAt(0);
        return first;
    }

    private ChildProcess Spawn(SafeFileDescriptor theirs, CriuOptions options)
    {
        using SafeFileDescriptor socket = theirs;
        using SafeFileDescriptor nothing = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite);
        return ChildProcess.Spawn(new ChildRequest
        {
            Path = _program,
            Arguments = ["criu", "swrk", $"{Socket}"],
            Environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static one => $"{one.Key}={one.Value}")],
            Descriptors = [(nothing.Number, 0), (nothing.Number, 1), (nothing.Number, 2), (socket.Number, Socket),
                .. options.InheritedFiles.Select(static (file, index) => (file.Descriptor, Socket + 1 + index))],
        });
    }

    /// <returns>The last answer; null when it ended without one.</returns>
    private CriuAnswer? Converse(SafeFileDescriptor socket, List<SafeFileDescriptor> terminals, Action<TimeSpan>? silent)
    {
        byte[] message = new byte[LongestAnswer];
        while (true)
        {
            Await(socket, silent);
            if (Receive(socket, message, terminals) is not { } answer) return null;
            if (answer.Notice is null) return answer;
            Consent(socket);
        }
    }

    private static CriuAnswer? Receive(SafeFileDescriptor socket, byte[] message, List<SafeFileDescriptor> terminals)
    {
        List<SafeFileDescriptor> received = [];
        try
        {
            int count = UnixSocket.Receive(socket, message, received);
            if (count == 0) return null;
            CriuAnswer answer = CriuAnswer.Read(message.AsSpan(0, count));
            if (answer.Notice != TerminalNotice) return answer;
            terminals.AddRange(received);
            received.Clear();
            return answer;
        }
        finally
        {
            // What nobody has asked for, or what came with something that is no answer.
            received.ForEach(static other => other.Dispose());
        }
    }

    private static void Send(SafeFileDescriptor socket, ulong type, ReadOnlySpan<byte> options)
    {
        ProtobufWriter request = new();
        request.Number(1, type);
        request.Bytes(2, options);
        UnixSocket.Send(socket, request.Written);
    }

    private static void Consent(SafeFileDescriptor socket)
    {
        ProtobufWriter request = new();
        request.Number(1, NotifyRequest);
        request.Number(3, 1);
        UnixSocket.Send(socket, request.Written);
    }

    private void Await(SafeFileDescriptor word, Action<TimeSpan>? silent)
    {
        long start = _time.GetTimestamp();
        while (!Descriptor.WaitReadable(word.Number, Slice)) silent?.Invoke(_time.GetElapsedTime(start));
    }

    private static string Errors(string log)
    {
        if (!File.Exists(log)) return "it wrote no log";
        string[] lines = LinuxFile.ReadText(log, limit: LogLimit).Split('\n');
        string[] errors =
            [.. lines.Where(static line => line.Contains("Error (", StringComparison.Ordinal)).Select(static line => line.Trim())];
        return errors.Length == 0 ? "its log names no error" : string.Join("; ", errors.TakeLast(ToldLines));
    }
}
