using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Netlink;

/// <summary>A netlink socket; it keeps to the network namespace in which it was opened, whoever uses it later. One user at a time.</summary>
public sealed unsafe class NetlinkSocket : IDisposable
{
    public const int Route = 0, Netfilter = 12;
    private const int HeaderLength = 16;
    private const ushort Error = 2, Done = 3, Overrun = 4;
    private const ushort Capped = 0x100, HasAttributes = 0x200;
    private const ushort MessageAttribute = 1;

    private readonly SafeFileHandle handle;
    private readonly byte[] answer = new byte[32 << 10];

    internal delegate void Entry(ushort type, ReadOnlySpan<byte> payload);

    private NetlinkSocket(SafeFileHandle handle) => this.handle = handle;

    /// <param name="protocol"><see cref="Route"/> or <see cref="Netfilter"/>.</param>
    public static NetlinkSocket Open(int protocol)
    {
        int fd = NativeNetlink.socket(NativeNetlink.AF_NETLINK, NativeNetlink.SOCK_RAW | NativeNetlink.SOCK_CLOEXEC, protocol);
        if (fd < 0) throw new KernelException("open netlink socket", Marshal.GetLastPInvokeError());
        NetlinkSocket socket = new(new SafeFileHandle(fd, ownsHandle: true));
        int on = 1;
        // Kernels before 4.12 do not know it; then errors come without the kernel's explanation.
        _ = NativeNetlink.setsockopt(socket.handle, NativeNetlink.SOL_NETLINK, NativeNetlink.NETLINK_EXT_ACK, &on, sizeof(int));
        return socket;
    }

    /// <summary>Sends all requests of the batch at once and waits for the last answer.</summary>
    /// <param name="tolerated">Error numbers that are no failure.</param>
    /// <exception cref="KernelException">The first request that failed, with the kernel's explanation.</exception>
    public void Execute(NetlinkBatch batch, params ReadOnlySpan<int> tolerated)
    {
        batch.Finish();
        Exchange(batch, batch.LastSequence, tolerated, null);
    }

    /// <summary>Sends one dump or get request and hands over each object of the answer.</summary>
    internal void Query(NetlinkBatch batch, bool dump, Entry entry)
    {
        batch.Finish(acknowledged: !dump);
        Exchange(batch, batch.LastSequence, [], entry);
    }

    /// <param name="last">Sequence number whose acknowledgement, or end of dump, ends the exchange.</param>
    internal void Exchange(NetlinkBatch batch, uint last, ReadOnlySpan<int> tolerated, Entry? entry)
    {
        Send(batch.Bytes);
        KernelException? failure = null;
        while (true)
        {
            ReadOnlySpan<byte> rest = Receive();
            if (rest.IsEmpty) throw (Exception?)failure ?? GantryException.Internal($"{batch.Step(last)}: no answer");
            while (rest.Length >= HeaderLength)
            {
                int size = BinaryPrimitives.ReadInt32LittleEndian(rest);
                if (size < HeaderLength || size > rest.Length) throw GantryException.Internal("netlink: malformed answer");
                ReadOnlySpan<byte> message = rest[..size];
                rest = rest[Math.Min((size + 3) & ~3, rest.Length)..];
                ushort type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
                uint sequence = BinaryPrimitives.ReadUInt32LittleEndian(message[8..]);
                if (type is Error or Done)
                {
                    failure ??= Failure(batch, sequence, message, tolerated);
                    if (sequence >= last) { if (failure is not null) throw failure; return; }
                }
                else if (type == Overrun) throw GantryException.Internal("netlink: answer lost");
                else entry?.Invoke(type, message[HeaderLength..]);
            }
        }
    }

    private static KernelException? Failure(NetlinkBatch batch, uint sequence, ReadOnlySpan<byte> message, ReadOnlySpan<int> tolerated)
    {
        if (message.Length < HeaderLength + 4) return null;
        int errno = -BinaryPrimitives.ReadInt32LittleEndian(message[HeaderLength..]);
        if (errno == 0 || tolerated.Contains(errno)) return null;
        return new KernelException(batch.Step(sequence), errno, hint: Explanation(message));
    }

    /// <summary>The text that the kernel attaches to an error (extended acknowledgement), behind the echoed request.</summary>
    private static string? Explanation(ReadOnlySpan<byte> message)
    {
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(message[6..]);
        if ((flags & HasAttributes) == 0 || message.Length < HeaderLength + 4 + HeaderLength) return null;
        int echoed = (flags & Capped) != 0 ? HeaderLength : BinaryPrimitives.ReadInt32LittleEndian(message[(HeaderLength + 4)..]);
        int at = HeaderLength + 4 + ((echoed + 3) & ~3);
        if (at < 0 || at > message.Length) return null;
        NetlinkAttributes attributes = new(message[at..]);
        while (attributes.Next())
        {
            if (attributes.Type == MessageAttribute) return attributes.Text;
        }
        return null;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (NativeNetlink.send(handle, start, (nuint)bytes.Length, 0) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR) throw new KernelException("send netlink request", errno);
            }
        }
    }

    /// <summary>The kernel works inside send and recv, so an answer that is not there will never come: empty.</summary>
    private ReadOnlySpan<byte> Receive()
    {
        fixed (byte* start = answer)
        {
            while (true)
            {
                nint count = NativeNetlink.recv(handle, start, (nuint)answer.Length, NativeNetlink.MSG_DONTWAIT);
                if (count >= 0) return answer.AsSpan(0, (int)count);
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return [];
                if (errno != Errno.EINTR) throw new KernelException("receive netlink answer", errno);
            }
        }
    }

    public void Dispose() => handle.Dispose();
}
