using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>epoll(7), signalfd(2), eventfd(2), timerfd_create(2), inotify(7).</summary>
internal static unsafe partial class EventCalls
{
    [LibraryImport("libc", SetLastError = true)] public static partial int epoll_create1(int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int epoll_ctl(int epoll, int operation, int fd, EpollEntry* entry);
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, EpollEntry* entries, int count, int milliseconds);
    [LibraryImport("libc", SetLastError = true)] public static partial int signalfd(int fd, ulong* mask, int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int eventfd(uint initial, int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int timerfd_create(int clock, int flags);
    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_settime(int fd, int flags, TimerSetting* value, TimerSetting* old);

    [LibraryImport("libc", SetLastError = true)] public static partial int inotify_init1(int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int inotify_add_watch(int fd, string path, uint mask);
    [LibraryImport("libc", SetLastError = true)] public static partial int inotify_rm_watch(int fd, int watch);

    /// <summary>struct epoll_event: packed on x86-64 alone.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct EpollEntry
    {
        public uint Events;
        public ulong Data;
    }

    /// <summary>struct itimerspec.</summary>
    internal struct TimerSetting
    {
        public long IntervalSeconds, IntervalNanoseconds, Seconds, Nanoseconds;
    }
}
