using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;
using Gantry.Linux.Sockets;

namespace Gantry.Linux.Netlink;

/// <summary>Holds a host port so that nobody else gets it; no packet ever reaches it.</summary>
/// <remarks>The framework's own sockets set SO_REUSEADDR on bind, with which two holders of one port do not see each other.</remarks>
public sealed unsafe class PortSocket : IDisposable
{
    private const int IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26;
    private readonly SafeFileDescriptor _handle;

    private PortSocket(SafeFileDescriptor handle) => this._handle = handle;

    /// <returns>Null when the port is in use.</returns>
    /// <exception cref="KernelException">Any other refusal, such as an address that is not the host's (EADDRNOTAVAIL).</exception>
    public static PortSocket? TryBind(IPAddress address, ushort port, bool stream)
    {
        bool v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        SafeFileDescriptor handle = SocketDescriptor.Open(v6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET,
            stream ? SocketCalls.SOCK_STREAM : SocketCalls.SOCK_DGRAM);
        bool bound = false;
        try
        {
            if (v6) SocketDescriptor.Set(handle, IPPROTO_IPV6, IPV6_V6ONLY, 1);
            // Only for the bind: connections of an earlier server that are in TIME_WAIT shall not count.
            if (stream) SocketDescriptor.Set(handle, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1);
            bound = Bind(handle, address, port) && (!stream || Claim(handle));
            return bound ? new PortSocket(handle) : null;
        }
        finally
        {
            if (!bound) handle.Dispose();
        }
    }

    private static bool Bind(SafeFileDescriptor handle, IPAddress address, ushort port)
    {
        byte[] raw = address.GetAddressBytes();
        Span<byte> name = stackalloc byte[raw.Length == 4 ? 16 : 28];
        name.Clear();
        BitConverter.TryWriteBytes(name, (ushort)(raw.Length == 4 ? SocketCalls.AF_INET : SocketCalls.AF_INET6));
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], port);
        raw.CopyTo(name[(raw.Length == 4 ? 4 : 8)..]);
        fixed (byte* start = name)
        {
            return SocketCalls.bind(handle, start, (uint)name.Length) == 0 || InUse("bind", address, port);
        }
    }

    /// <summary>
    /// Listening checks for other holders without exception; then the socket stops listening, which keeps the port,
    /// and gives up SO_REUSEADDR, so that every later bind by anybody fails.
    /// </summary>
    private static bool Claim(SafeFileDescriptor handle)
    {
        if (SocketCalls.listen(handle, 0) != 0) return InUse("listen", null, 0);
        SocketDescriptor.Set(handle, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 0);
        if (SocketCalls.shutdown(handle, SocketCalls.SHUT_RD) != 0)
            throw new KernelException("stop listening", Marshal.GetLastPInvokeError());
        return true;
    }

    private static bool InUse(string step, IPAddress? address, ushort port)
    {
        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EADDRINUSE ? false : throw new KernelException(step, errno, $"{address}:{port}");
    }

    public void Dispose() => _handle.Dispose();
}
