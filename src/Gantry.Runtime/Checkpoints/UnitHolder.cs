using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Checkpoints;

/// <summary>A process that does nothing: systemd makes no scope without one, and CRIU's come only when the scope is there.</summary>
internal sealed class UnitHolder : IDisposable
{
    private const int Channel = 3;
    private readonly SafeFileDescriptor _ours;
    private readonly ChildProcess _process;

    public UnitHolder()
    {
        (_ours, SafeFileDescriptor theirs) = UnixSocket.Pair();
        using (theirs)
        {
            try
            {
                _process = Spawn(theirs);
            }
            catch
            {
                _ours.Dispose();
                throw;
            }
        }
    }

    // An init waits for what it shall be, and goes when nobody can tell it any more.
    private static ChildProcess Spawn(SafeFileDescriptor socket) => ChildProcess.Spawn(new ChildRequest
    {
        Path = "/proc/self/exe", Arguments = ["gantry-runtime", "init", $"{Channel}"],
        Descriptors = [(2, 0), (2, 1), (2, 2), (socket.Number, Channel)],
    });

    public int Pid => _process.Pid;

    public void Dispose()
    {
        _process.End();
        _ours.Dispose();
    }
}
