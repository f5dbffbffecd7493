using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Netlink;

/// <summary>Sockets as netlink(7) needs them, and setns(2) for opening one elsewhere.</summary>
internal static unsafe partial class NativeNetlink
{
    public const int AF_NETLINK = 16;
    public const int SOCK_RAW = 3;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_NETLINK = 270;
    public const int NETLINK_EXT_ACK = 11;
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int CLONE_NEWNET = 0x40000000;
    public const int MSG_DONTWAIT = 0x40;
    /// <summary>Received: the datagram's own length is told, also when it was longer than the buffer.</summary>
    public const int MSG_TRUNC = 0x20;

    /// <summary>struct sockaddr_nl; the kernel's port is 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NetlinkAddress
    {
        public ushort Family, Padding;
        public uint Port, Groups;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(SafeFileHandle fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvfrom(SafeFileHandle fd, byte* buffer, nuint length, int flags, NetlinkAddress* sender,
        uint* senderLength);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(SafeFileHandle fd, int level, int name, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(SafeFileHandle fd, int level, int name, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(SafeFileHandle fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int listen(SafeFileHandle fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int shutdown(SafeFileHandle fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(SafeFileHandle fd, int type);
}
