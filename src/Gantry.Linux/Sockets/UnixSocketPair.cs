using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Sockets;

/// <summary>Two connected, close-on-exec stream sockets.</summary>
public static class UnixSocketPair
{
    public static (SafeSocketHandle First, SafeSocketHandle Second) Create()
    {
        Span<int> pair = stackalloc int[2];
        if (NativeSocketPair.socketpair(NativeSocketPair.AF_UNIX, NativeSocketPair.SOCK_STREAM | NativeSocketPair.SOCK_CLOEXEC, 0, pair) < 0)
            throw new IOException($"socketpair: {Marshal.GetLastPInvokeErrorMessage()}");
        return (new SafeSocketHandle(pair[0], ownsHandle: true), new SafeSocketHandle(pair[1], ownsHandle: true));
    }
}

internal static partial class NativeSocketPair
{
    internal const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000;

    /// <remarks>https://man7.org/linux/man-pages/man2/socketpair.2.html</remarks>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socketpair(int domain, int type, int protocol, Span<int> sv);
}
