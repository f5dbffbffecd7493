namespace Gantry.Linux.Sockets;

/// <summary>The <c>lo</c> of a new network namespace, which is down there.</summary>
public static unsafe class LoopbackInterface
{
    private const int InternetFamily = 2, Datagram = 2, CloseOnExec = 0x80000, FlagsOffset = 16;
    private const ulong GetFlags = 0x8913, SetFlags = 0x8914;
    private const short Up = 1;

    public static void BringUp()
    {
        int fd = NativeSocket.socket(InternetFamily, Datagram | CloseOnExec, 0);
        if (fd < 0) throw KernelException.Last("socket");
        using SafeFileDescriptor socket = new(fd);
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        if (NativeSocket.ioctl(fd, GetFlags, request) < 0) throw KernelException.Last("get interface flags", "lo");
        *(short*)(request + FlagsOffset) |= Up;
        if (NativeSocket.ioctl(fd, SetFlags, request) < 0) throw KernelException.Last("bring up", "lo");
    }
}
