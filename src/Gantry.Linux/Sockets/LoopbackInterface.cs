using Gantry.Linux.Native;

namespace Gantry.Linux.Sockets;

/// <summary>The <c>lo</c> of a new network namespace, which is down there.</summary>
public static unsafe class LoopbackInterface
{
    private const int FlagsOffset = 16;
    private const ulong GetFlags = 0x8913, SetFlags = 0x8914;
    private const short Up = 1;

    public static void BringUp()
    {
        using SafeFileDescriptor socket = SocketDescriptor.Open(SocketCalls.AF_INET, SocketCalls.SOCK_DGRAM);
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        if (DescriptorCalls.ioctl(socket, GetFlags, (nint)request) < 0) throw KernelException.Last("get interface flags", "lo");
        *(short*)(request + FlagsOffset) |= Up;
        if (DescriptorCalls.ioctl(socket, SetFlags, (nint)request) < 0) throw KernelException.Last("bring up", "lo");
    }
}
