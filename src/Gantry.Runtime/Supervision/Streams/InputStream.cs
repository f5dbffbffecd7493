using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Runtime.Supervision.Connections;
using Gantry.Runtime.Supervision.Loop;

namespace Gantry.Runtime.Supervision.Streams;

/// <summary>The stdin of a process: takes what clients send, and holds what the process does not read yet.</summary>
internal sealed class InputStream(EventLoop loop, int descriptor, Action drained) : EventSource(loop, descriptor)
{
    private const int FullAt = 64 * 1024;

    private readonly ByteQueue _waiting = new();
    private bool _ending;

    /// <summary>Clients should not be read until it has drained.</summary>
    public bool IsFull => _waiting.Count > FullAt;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen || _ending) return;
        if (_waiting.Count == 0)
        {
            int count = RawIo.Write(Descriptor, bytes);
            if (count < 0 && count != -Errno.EAGAIN)
            {
                Close();
                return;
            }
            bytes = bytes[Math.Max(count, 0)..];
        }
        _waiting.Add(bytes);
        if (_waiting.Count > 0) Watch(EpollEvents.Write);
    }

    /// <summary>The process reads its end after everything written so far.</summary>
    public void End()
    {
        _ending = true;
        if (_waiting.Count == 0) Close();
    }

    public void Close()
    {
        bool wasFull = IsFull;
        _waiting.Clear();
        CloseDescriptor();
        if (wasFull) drained();
    }

    public override void Ready(EpollEvents events)
    {
        if (_waiting.Count == 0)
        {
            Watch(EpollEvents.None);
            return;
        }
        bool wasFull = IsFull;
        int count = RawIo.Write(Descriptor, _waiting.Bytes);
        if (count == -Errno.EAGAIN) return;
        if (count < 0)
        {
            // Nobody reads it any more: what clients still send is thrown away, as a closed pipe would.
            Close();
            return;
        }
        _waiting.Take(count);
        if (_waiting.Count == 0)
        {
            Watch(EpollEvents.None);
            if (_ending) CloseDescriptor();
        }
        if (wasFull && !IsFull) drained();
    }

    public override void Fault(Exception error) => Close();
}
