using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Runtime.Supervision.Loop;

namespace Gantry.Runtime.Supervision.Streams;

/// <summary>Reads one output of a process and hands every piece to the process' log and clients.</summary>
internal sealed class OutputStream : EventSource
{
    private readonly ProcessIo _io;
    private bool _paused;

    /// <param name="descriptor">A pipe's reading end or a terminal's master, non-blocking; owned.</param>
    /// <param name="kind">As in <see cref="Gantry.Shim.ShimFrame"/>.</param>
    public OutputStream(EventLoop loop, int descriptor, byte kind, ProcessIo io) : base(loop, descriptor)
    {
        (Kind, _io) = (kind, io);
        Watch(EpollEvents.Read);
    }

    public byte Kind { get; }

    public override void Ready(EpollEvents events)
    {
        int count = RawIo.Read(Descriptor, Loop.Buffer);
        if (count == -Errno.EAGAIN) return;
        // A terminal's master reports EIO when its other side is closed.
        if (count <= 0) End();
        else _io.Output(this, Loop.Buffer.AsSpan(0, count));
    }

    public override void Fault(Exception error) => End();

    public void Pause()
    {
        _paused = true;
        Watch(EpollEvents.None);
    }

    public void Resume()
    {
        if (!_paused) return;
        _paused = false;
        Watch(EpollEvents.Read);
    }

    /// <summary>Takes what is there now and closes, although somebody still holds the other end.</summary>
    public void Cut()
    {
        for (int pieces = 0; IsOpen && pieces < 64; pieces++)
        {
            int count = RawIo.Read(Descriptor, Loop.Buffer);
            if (count <= 0) break;
            _io.Output(this, Loop.Buffer.AsSpan(0, count));
        }
        End();
    }

    private void End()
    {
        if (!IsOpen) return;
        CloseDescriptor();
        _io.OutputEnded(this);
    }
}
