using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Sockets;

/// <summary>What was sent on a UNIX socket and waits for its peer.</summary>
public static unsafe class SocketQueue
{
    private const ulong SIOCOUTQ = 0x5411;

    /// <summary>Whether the peer has read everything, or is gone, with whom all of it went.</summary>
    /// <remarks>unix(7) has SIOCINQ only, but the kernel counts what each side has sent too, with its own overhead: nothing is 0.
    /// Over TCP the same request counts what is not acknowledged, which tells nothing of a reader.</remarks>
    /// <exception cref="KernelException"/>
    public static bool IsEmpty(SafeHandle socket)
    {
        bool added = false;
        socket.DangerousAddRef(ref added);
        try
        {
            int waiting = 0;
            if (DescriptorCalls.ioctl((int)socket.DangerousGetHandle(), SIOCOUTQ, (nint)(&waiting)) < 0)
                throw KernelException.Last("ask what a peer has not read");
            return waiting == 0;
        }
        finally
        {
            if (added) socket.DangerousRelease();
        }
    }
}
