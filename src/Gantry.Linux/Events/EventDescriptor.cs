using Gantry.Linux.Native;

namespace Gantry.Linux.Events;

/// <summary>eventfd(2): one side wakes, the other side waits; also what cgroup v1 reports a lack of memory through.</summary>
public sealed class EventDescriptor : IDisposable
{
    private const int CloseOnExec = 0x80000, NonBlock = 0x800;

    private readonly SafeFileDescriptor _descriptor;

    public EventDescriptor()
    {
        int fd = EventCalls.eventfd(0, CloseOnExec | NonBlock);
        _descriptor = fd >= 0 ? new SafeFileDescriptor(fd) : throw KernelException.Last("eventfd");
    }

    public int Number => _descriptor.Number;

    public void Signal() => Files.Descriptor.WriteAll(Number, BitConverter.GetBytes(1UL));

    /// <returns>How often it was signalled since it was last taken.</returns>
    public ulong Take()
    {
        Span<byte> count = stackalloc byte[8];
        return Files.Descriptor.Read(Number, count) == 8 ? BitConverter.ToUInt64(count) : 0;
    }

    public void Dispose() => _descriptor.Dispose();
}
