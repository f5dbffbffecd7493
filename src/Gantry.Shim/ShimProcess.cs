using System.Net.Sockets;
using System.Text;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;

namespace Gantry.Shim;

/// <summary>A shim as a child process of this one.</summary>
public sealed class ShimProcess
{
    private readonly string _log;
    private readonly SpawnedProcess _child;

    private ShimProcess(SpawnedProcess child, ShimConnection control, string log) => (_child, Control, _log) = (child, control, log);

    public int Pid => _child.Pid;
    public ShimConnection Control { get; }

    /// <summary>Starts <c>gantry-runtime shim</c> for a bundle with its control connection as descriptor 3, in a session of its own.</summary>
    /// <remarks>Its stderr is <c>shim.log</c> in the bundle. The child outlives this process.</remarks>
    public static ValueTask<ShimProcess> SpawnAsync(string runtimeBinary, string bundle, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        string log = Path.Combine(bundle, "shim.log");
        (SafeSocketHandle ours, SafeSocketHandle theirs) = UnixSocketPair.Create();
        using (theirs)
        {
            SpawnedProcess child;
            try
            {
                child = SpawnedProcess.Start(runtimeBinary, ["gantry-runtime", "shim", "--config", Path.Combine(bundle, "shim.json")], theirs, log);
            }
            catch
            {
                ours.Dispose();
                throw;
            }
            return ValueTask.FromResult(new ShimProcess(child, new ShimConnection(new Socket(ours)), log));
        }
    }

    /// <summary>Waits for the end of the process, so that it does not stay as a zombie. It leaves at once after its connection has closed.</summary>
    internal async Task ReapAsync()
    {
        for (int wait = 1; !_child.TryReap(); wait = Math.Min(wait * 2, 500)) await Task.Delay(wait);
    }

    /// <summary>The end of its log, as a clause for an error message; empty when it said nothing.</summary>
    internal string LastWords()
    {
        try
        {
            string text = File.ReadAllText(_log, Encoding.UTF8).TrimEnd();
            return text.Length == 0 ? "" : ": " + (text.Length > 1000 ? text[^1000..] : text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
