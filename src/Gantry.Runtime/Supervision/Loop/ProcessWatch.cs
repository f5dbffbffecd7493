using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Processes;

namespace Gantry.Runtime.Supervision.Loop;

/// <summary>Waits for the end of one child and collects its status.</summary>
internal sealed class ProcessWatch : EventSource
{
    private readonly SafeFileDescriptor _pidFd;
    private readonly Action<int> _ended;

    /// <param name="ended">Called once, with 0–255, or 128 + the signal that ended the process.</param>
    public ProcessWatch(EventLoop loop, SafeFileDescriptor pidFd, Action<int> ended) : base(loop, pidFd.Number)
    {
        (_pidFd, _ended) = (pidFd, ended);
        Watch(EpollEvents.Read);
    }

    public override void Ready(EpollEvents events)
    {
        if (ChildProcess.Wait(_pidFd, block: false) is not { } result) return;
        Watch(EpollEvents.None);
        _ended(result.Code);
    }

    public override void Fault(Exception error)
    {
        Watch(EpollEvents.None);
        _ended(255);
    }
}
