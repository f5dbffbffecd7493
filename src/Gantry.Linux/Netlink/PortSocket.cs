using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Netlink;

/// <summary>Holds a host port so that nobody else gets it; no packet ever reaches it.</summary>
/// <remarks>The framework's own sockets set SO_REUSEADDR on bind, with which two holders of one port do not see each other.</remarks>
public sealed unsafe class PortSocket : IDisposable
{
    private const int AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_DGRAM = 2, IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26, SHUT_RD = 0;
    private readonly SafeFileHandle _handle;

    private PortSocket(SafeFileHandle handle) => this._handle = handle;

    /// <returns>Null when the port is in use.</returns>
    /// <exception cref="KernelException">Any other refusal, such as an address that is not the host's (EADDRNOTAVAIL).</exception>
    public static PortSocket? TryBind(IPAddress address, ushort port, bool stream)
    {
        bool v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        int fd = NativeNetlink.socket(v6 ? AF_INET6 : AF_INET, (stream ? SOCK_STREAM : SOCK_DGRAM) | NativeNetlink.SOCK_CLOEXEC, 0);
        if (fd < 0) throw new KernelException("open socket", Marshal.GetLastPInvokeError());
        SafeFileHandle handle = new(fd, ownsHandle: true);
        bool bound = false;
        try
        {
            if (v6) Set(handle, IPPROTO_IPV6, IPV6_V6ONLY, 1);
            // Only for the bind: connections of an earlier server that are in TIME_WAIT shall not count.
            if (stream) Set(handle, NativeNetlink.SOL_SOCKET, NativeNetlink.SO_REUSEADDR, 1);
            bound = Bind(handle, address, port) && (!stream || Claim(handle));
            return bound ? new PortSocket(handle) : null;
        }
        finally
        {
            if (!bound) handle.Dispose();
        }
    }

    private static bool Bind(SafeFileHandle handle, IPAddress address, ushort port)
    {
        byte[] raw = address.GetAddressBytes();
        Span<byte> name = stackalloc byte[raw.Length == 4 ? 16 : 28];
        name.Clear();
        BitConverter.TryWriteBytes(name, (ushort)(raw.Length == 4 ? AF_INET : AF_INET6));
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], port);
        raw.CopyTo(name[(raw.Length == 4 ? 4 : 8)..]);
        fixed (byte* start = name)
        {
            return NativeNetlink.bind(handle, start, (uint)name.Length) == 0 || InUse("bind", address, port);
        }
    }

    /// <summary>
    /// Listening checks for other holders without exception; then the socket stops listening, which keeps the port,
    /// and gives up SO_REUSEADDR, so that every later bind by anybody fails.
    /// </summary>
    private static bool Claim(SafeFileHandle handle)
    {
        if (NativeNetlink.listen(handle, 0) != 0) return InUse("listen", null, 0);
        Set(handle, NativeNetlink.SOL_SOCKET, NativeNetlink.SO_REUSEADDR, 0);
        if (NativeNetlink.shutdown(handle, SHUT_RD) != 0) throw new KernelException("stop listening", Marshal.GetLastPInvokeError());
        return true;
    }

    private static bool InUse(string step, IPAddress? address, ushort port)
    {
        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EADDRINUSE ? false : throw new KernelException(step, errno, $"{address}:{port}");
    }

    private static void Set(SafeFileHandle handle, int level, int name, int value)
    {
        if (NativeNetlink.setsockopt(handle, level, name, &value, sizeof(int)) != 0)
            throw new KernelException("set socket option", Marshal.GetLastPInvokeError());
    }

    public void Dispose() => _handle.Dispose();
}
