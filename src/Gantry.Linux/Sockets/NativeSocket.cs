using System.Runtime.InteropServices;

namespace Gantry.Linux.Sockets;

/// <summary>socket(2), unix(7) and their family.</summary>
internal static unsafe partial class NativeSocket
{
    [LibraryImport("libc", SetLastError = true)] public static partial int socket(int domain, int type, int protocol);
    [LibraryImport("libc", SetLastError = true)] public static partial int socketpair(int domain, int type, int protocol, int* ends);
    [LibraryImport("libc", SetLastError = true)] public static partial int bind(int fd, byte* address, uint length);
    [LibraryImport("libc", SetLastError = true)] public static partial int listen(int fd, int backlog);
    [LibraryImport("libc", SetLastError = true)] public static partial int accept4(int fd, byte* address, uint* length, int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int connect(int fd, byte* address, uint length);
    [LibraryImport("libc", SetLastError = true)] public static partial int shutdown(int fd, int how);
    [LibraryImport("libc", SetLastError = true)] public static partial nint sendmsg(int fd, MessageHeader* message, int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial nint recvmsg(int fd, MessageHeader* message, int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int ioctl(int fd, ulong request, byte* argument);

    /// <summary>struct msghdr.</summary>
    internal struct MessageHeader
    {
        public byte* Name;
        public ulong NameLength;
        public Buffer* Buffers;
        public ulong BufferCount;
        public byte* Control;
        public ulong ControlLength;
        public int Flags;
    }

    internal struct Buffer
    {
        public byte* Start;
        public ulong Length;
    }
}
