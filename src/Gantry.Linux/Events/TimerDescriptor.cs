using Gantry.Linux.Native;

namespace Gantry.Linux.Events;

/// <summary>timerfd_create(2) on the monotonic clock: becomes readable when the time is over.</summary>
public sealed unsafe class TimerDescriptor : IDisposable
{
    private const int Monotonic = 1, CloseOnExec = 0x80000, NonBlock = 0x800;

    private readonly SafeFileDescriptor _descriptor;

    public TimerDescriptor()
    {
        int fd = EventCalls.timerfd_create(Monotonic, CloseOnExec | NonBlock);
        _descriptor = fd >= 0 ? new SafeFileDescriptor(fd) : throw KernelException.Last("timerfd_create");
    }

    public int Number => _descriptor.Number;

    /// <summary>Fires once, after this time; zero stops it.</summary>
    public void Set(TimeSpan after)
    {
        EventCalls.TimerSetting setting =
            new() { Seconds = (long)after.TotalSeconds, Nanoseconds = after.Ticks % TimeSpan.TicksPerSecond * 100 };
        if (EventCalls.timerfd_settime(Number, 0, &setting, null) < 0)
            throw KernelException.Last("timerfd_settime", value: after.ToString());
    }

    /// <returns>Whether it has fired since it was last taken.</returns>
    public bool Take()
    {
        Span<byte> count = stackalloc byte[8];
        return Files.Descriptor.Read(Number, count) == 8;
    }

    public void Dispose() => _descriptor.Dispose();
}
