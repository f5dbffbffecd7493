using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>socket(2) and its family, for unix(7), netlink(7) and ip(7).</summary>
internal static unsafe partial class SocketCalls
{
    public const int AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16;
    public const int SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_SEQPACKET = 5, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    public const int SOL_IP = 0, SOL_SOCKET = 1, SOL_NETLINK = 270;
    public const int SO_REUSEADDR = 2, SO_SNDTIMEO = 21, SO_DOMAIN = 39;
    public const int SHUT_RD = 0, SHUT_WR = 1;
    public const int MSG_CTRUNC = 0x08, MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000;
    /// <summary>Received: the datagram's own length is told, also when it was longer than the buffer.</summary>
    public const int MSG_TRUNC = 0x20;

    [LibraryImport("libc", SetLastError = true)] public static partial int socket(int domain, int type, int protocol);
    [LibraryImport("libc", SetLastError = true)] public static partial int socketpair(int domain, int type, int protocol, int* ends);
    [LibraryImport("libc", SetLastError = true)] public static partial int bind(DescriptorArgument fd, byte* address, uint length);
    [LibraryImport("libc", SetLastError = true)] public static partial int listen(DescriptorArgument fd, int backlog);
    [LibraryImport("libc", SetLastError = true)]
    public static partial int accept4(DescriptorArgument fd, byte* address, uint* length, int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int connect(DescriptorArgument fd, byte* address, uint length);
    [LibraryImport("libc", SetLastError = true)] public static partial int shutdown(DescriptorArgument fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(DescriptorArgument fd, byte* buffer, nuint length, int flags);
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvfrom(DescriptorArgument fd, byte* buffer, nuint length, int flags, void* sender, uint* senderLength);
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(DescriptorArgument fd, MessageHeader* message, int flags);
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(DescriptorArgument fd, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(DescriptorArgument fd, int level, int name, void* value, uint length);
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(DescriptorArgument fd, int level, int name, void* value, uint* length);

    /// <summary>struct msghdr.</summary>
    internal struct MessageHeader
    {
        public byte* Name;
        public ulong NameLength;
        public DescriptorCalls.Piece* Pieces;
        public ulong PieceCount;
        public byte* Control;
        public ulong ControlLength;
        public int Flags;
    }

    /// <summary>struct sockaddr_nl; the kernel's port is 0.</summary>
    internal struct NetlinkAddress
    {
        public ushort Family, Padding;
        public uint Port, Groups;
    }
}
