using System.Runtime.InteropServices;

namespace Gantry.Linux.Sockets;

/// <summary>Tells a peer that is gone from one that has only closed its sending half.</summary>
public static unsafe class SocketHangup
{
    private const short POLLERR = 8, POLLHUP = 16;

    /// <remarks>poll(2): a UNIX socket reports POLLHUP when its peer has closed both halves.
    /// Over TCP the two look the same until the next write.</remarks>
    /// <exception cref="KernelException"/>
    public static bool IsGone(SafeHandle socket)
    {
        bool added = false;
        socket.DangerousAddRef(ref added);
        try
        {
            PollEntry entry = new() { Descriptor = (int)socket.DangerousGetHandle() };
            if (NativePoll.poll(&entry, 1, 0) < 0) throw KernelException.Last("poll");
            return (entry.Returned & (POLLERR | POLLHUP)) != 0;
        }
        finally
        {
            if (added) socket.DangerousRelease();
        }
    }
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Events;
    public short Returned;
}

/// <summary>poll(2).</summary>
internal static unsafe partial class NativePoll
{
    [LibraryImport("libc", SetLastError = true)] public static partial int poll(PollEntry* entries, nuint count, int timeout);
}
