using Gantry.Linux.Native;

namespace Gantry.Linux.Sockets;

/// <summary>What sockets of every family have in common. All are close-on-exec.</summary>
internal static unsafe class SocketDescriptor
{
    /// <param name="type">SOCK_*, with or without SOCK_NONBLOCK.</param>
    /// <param name="step">What the exception calls it.</param>
    public static SafeFileDescriptor Open(int family, int type, int protocol = 0, string step = "open socket")
    {
        int fd = SocketCalls.socket(family, type | SocketCalls.SOCK_CLOEXEC, protocol);
        return fd >= 0 ? new SafeFileDescriptor(fd) : throw KernelException.Last(step);
    }

    public static void Set(SafeFileDescriptor socket, int level, int name, int value)
    {
        if (SocketCalls.setsockopt(socket, level, name, &value, sizeof(int)) != 0) throw KernelException.Last("set socket option");
    }
}
