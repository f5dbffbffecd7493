using Gantry.Linux.Native;

namespace Gantry.Linux.Events;

/// <summary>What a descriptor is watched for, or ready for; the kernel's own values.</summary>
[Flags]
public enum EpollEvents : uint
{
    None = 0,
    Read = 0x001,
    /// <summary>Something out of the ordinary: a kernel file such as memory.events has changed.</summary>
    Priority = 0x002,
    Write = 0x004,
    /// <summary>Reported without being asked for.</summary>
    Error = 0x008,
    /// <summary>Reported without being asked for: the other side is gone.</summary>
    HangUp = 0x010,
    /// <summary>The peer shut down its writing half.</summary>
    ReadHangUp = 0x2000,
    EdgeTriggered = 1u << 31,
}

/// <param name="Tag">As given to <see cref="Epoll.Add"/>.</param>
public readonly record struct EpollReady(EpollEvents Events, ulong Tag);

/// <summary>epoll(7): waiting for many descriptors on one thread, without allocating.</summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int CloseOnExec = 0x80000, OperationAdd = 1, OperationDelete = 2, OperationModify = 3;

    private readonly SafeFileDescriptor _epoll;

    public Epoll()
    {
        int fd = EventCalls.epoll_create1(CloseOnExec);
        _epoll = fd >= 0 ? new SafeFileDescriptor(fd) : throw KernelException.Last("epoll_create1");
    }

    /// <param name="tag">Comes back in <see cref="EpollReady"/>.</param>
    public void Add(int descriptor, EpollEvents events, ulong tag) => Control(OperationAdd, descriptor, events, tag);

    public void Modify(int descriptor, EpollEvents events, ulong tag) => Control(OperationModify, descriptor, events, tag);

    /// <summary>Must come before the descriptor is closed, if a copy of it stays open anywhere.</summary>
    public void Remove(int descriptor) => Control(OperationDelete, descriptor, EpollEvents.None, 0);

    /// <param name="milliseconds">-1 waits for ever.</param>
    /// <returns>How many entries of <paramref name="ready"/> were filled; 0 after the time or when a signal came.</returns>
    public int Wait(Span<EpollReady> ready, int milliseconds = -1)
    {
        int capacity = Math.Min(ready.Length, 64);
        EventCalls.EpollEntry* entries = stackalloc EventCalls.EpollEntry[capacity];
        int count = EventCalls.epoll_wait(_epoll.Number, entries, capacity, milliseconds);
        if (count < 0)
        {
            KernelException error = KernelException.Last("epoll_wait");
            return error.Errno == Errno.EINTR ? 0 : throw error;
        }
        for (int i = 0; i < count; i++) ready[i] = new EpollReady((EpollEvents)entries[i].Events, entries[i].Data);
        return count;
    }

    private void Control(int operation, int descriptor, EpollEvents events, ulong tag)
    {
        EventCalls.EpollEntry entry = new() { Events = (uint)events, Data = tag };
        if (EventCalls.epoll_ctl(_epoll.Number, operation, descriptor, &entry) >= 0) return;
        // Before the enum is written out, which may itself call the system and lose it.
        int errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        throw new KernelException("epoll_ctl", errno, $"descriptor {descriptor}", events.ToString());
    }

    public void Dispose() => _epoll.Dispose();
}
