using System.Runtime.InteropServices;
using Gantry.Linux.Native;

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
            DescriptorCalls.PollEntry entry = new() { Descriptor = (int)socket.DangerousGetHandle() };
            if (DescriptorCalls.poll(&entry, 1, 0) < 0) throw KernelException.Last("poll");
            return (entry.Returned & (POLLERR | POLLHUP)) != 0;
        }
        finally
        {
            if (added) socket.DangerousRelease();
        }
    }
}
