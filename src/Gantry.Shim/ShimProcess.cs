using System.Net.Sockets;
using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;

namespace Gantry.Shim;

/// <summary>A shim as a child process of this one.</summary>
public sealed class ShimProcess
{
    private static readonly Lazy<IReadOnlyList<string>> Handed = new(Inherited);

    private readonly string _log;
    private readonly ChildProcess _child;

    private ShimProcess(ChildProcess child, ShimConnection control, string log) => (_child, Control, _log) = (child, control, log);

    public int Pid => _child.Pid;
    public ShimConnection Control { get; }

    /// <summary>Starts <c>gantry-runtime shim</c> for a bundle with its control connection as descriptor 3,
    /// in a session of its own.</summary>
    /// <remarks>Its stderr is <c>shim.log</c> in the bundle. The child outlives this process.</remarks>
    /// <exception cref="KernelException">The program cannot be executed.</exception>
    public static ValueTask<ShimProcess> SpawnAsync(string runtimeBinary, string bundle, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        string log = Path.Combine(bundle, "shim.log");
        (SafeFileDescriptor ours, SafeFileDescriptor theirs) = UnixSocket.Pair();
        Socket control = new(new SafeSocketHandle(ours.Number, ownsHandle: true));
        ours.SetHandleAsInvalid();
        try
        {
            using (theirs)
            using (SafeFileDescriptor none = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite))
            using (SafeFileDescriptor errors = LinuxFile.Open(log, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append))
            {
                ChildProcess child = ChildProcess.Spawn(new ChildRequest
                {
                    Path = runtimeBinary,
                    Arguments = ["gantry-runtime", "shim", "--config", Path.Combine(bundle, "shim.json")],
                    Environment = Handed.Value,
                    Descriptors = [(none.Number, 0), (none.Number, 1), (errors.Number, 2), (theirs.Number, 3)],
                    NewSession = true,
                });
                return ValueTask.FromResult(new ShimProcess(child, new ShimConnection(control), log));
            }
        }
        catch
        {
            control.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the end of the process, so that it does not stay as a zombie.
    /// It leaves at once after its connection has closed.</summary>
    internal async Task ReapAsync()
    {
        for (int wait = 1; ChildProcess.Wait(_child.PidFd, block: false) is null; wait = Math.Min(wait * 2, 500)) await Task.Delay(wait);
        _child.Dispose();
    }

    /// <summary>The end of its log, as a clause for an error message; empty when it said nothing.</summary>
    internal string LastWords()
    {
        try
        {
            string text = File.ReadAllText(_log, Encoding.UTF8).TrimEnd();
            return text.Length == 0 ? "" : ": " + (text.Length > 1000 ? text[^1000..] : text);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return "";
        }
    }

    private static List<string> Inherited()
    {
        List<string> variables = [];
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables.Add($"{entry.Key}={entry.Value}");
        return variables;
    }
}
