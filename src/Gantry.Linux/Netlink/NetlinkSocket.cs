using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;
using Gantry.Linux.Sockets;

namespace Gantry.Linux.Netlink;

/// <summary>A netlink socket; it keeps to the network namespace in which it was opened, whoever uses it later.</summary>
/// <remarks>
/// Safe for concurrent callers: one exchange at a time has the socket and its buffer. Requests are numbered through the socket's life,
/// so that an answer to an earlier exchange, which ended in a failure, is never taken for one to this.
/// </remarks>
public sealed unsafe class NetlinkSocket : IDisposable
{
    public const int Route = 0, Netfilter = 12;
    private const int HeaderLength = 16;
    private const ushort Error = 2, Done = 3, Overrun = 4;
    private const ushort Capped = 0x100, HasAttributes = 0x200;
    private const ushort MessageAttribute = 1, Interrupted = 0x10;
    /// <summary>NETLINK_EXT_ACK.</summary>
    private const int ExtendedAcknowledgement = 11;
    private const int DumpAttempts = 16;
    /// <summary>More than a socket's buffer holds: what comes after so many messages of others is no answer.</summary>
    private const int MostForeign = 10_000;

    private readonly SafeFileDescriptor _handle;
    private readonly Lock _gate = new();
    private readonly byte[] _answer = new byte[32 << 10];
    private uint _numbered;

    /// <summary>Looks at one object of an answer; the bytes are the socket's buffer. It must not use the socket.</summary>
    internal delegate void Entry(ushort type, ReadOnlySpan<byte> payload);

    /// <returns>Null for what is not wanted.</returns>
    internal delegate T? Parser<T>(ushort type, ReadOnlySpan<byte> payload) where T : class;

    private NetlinkSocket(SafeFileDescriptor handle) => this._handle = handle;

    /// <param name="protocol"><see cref="Route"/> or <see cref="Netfilter"/>.</param>
    public static NetlinkSocket Open(int protocol)
    {
        NetlinkSocket socket =
            new(SocketDescriptor.Open(SocketCalls.AF_NETLINK, SocketCalls.SOCK_RAW, protocol, "open netlink socket"));
        int on = 1;
        // Kernels before 4.12 do not know it; then errors come without the kernel's explanation.
        _ = SocketCalls.setsockopt(socket._handle, SocketCalls.SOL_NETLINK, ExtendedAcknowledgement, &on, sizeof(int));
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

    /// <summary>Sends one get request and hands over the object of the answer.</summary>
    internal void Query(NetlinkBatch batch, Entry entry)
    {
        batch.Finish();
        Exchange(batch, batch.LastSequence, [], entry);
    }

    /// <summary>Sends one dump request and collects its objects.</summary>
    internal List<T> Dump<T>(NetlinkBatch batch, Parser<T> parse) where T : class
    {
        batch.Finish(acknowledged: false);
        List<T> found = [];
        // What changes while it is listed can be missing in the list; the kernel says so, and the list is read again.
        // Where that never ends it is others who come and go, and the last list is as good as any.
        for (int attempt = 0; attempt < DumpAttempts; attempt++)
        {
            found.Clear();
            bool whole = Exchange(batch, batch.LastSequence, [], (type, payload) =>
            {
                if (parse(type, payload) is { } one) found.Add(one);
            });
            if (whole) break;
        }
        return found;
    }

    /// <param name="last">Sequence number whose acknowledgement, or end of dump, ends the exchange.</param>
    /// <returns>False when what was listed changed meanwhile.</returns>
    internal bool Exchange(NetlinkBatch batch, uint last, ReadOnlySpan<int> tolerated, Entry? entry)
    {
        lock (_gate)
        {
            uint before = _numbered;
            _numbered = unchecked(_numbered + batch.LastSequence);
            batch.Number(before);
            Send(batch.Bytes);
            try
            {
                return ReadAnswers(batch, before, last, tolerated, entry);
            }
            catch
            {
                // A dump that is not read to its end would keep this socket busy for good.
                while (TryReceive(out _)) { }
                throw;
            }
        }
    }

    private bool ReadAnswers(NetlinkBatch batch, uint before, uint last, ReadOnlySpan<int> tolerated, Entry? entry)
    {
        KernelException? failure = null;
        bool whole = true;
        while (TryReceive(out ReadOnlySpan<byte> rest))
        {
            while (rest.Length >= HeaderLength)
            {
                int size = BinaryPrimitives.ReadInt32LittleEndian(rest);
                if (size < HeaderLength || size > rest.Length) throw GantryException.Internal("netlink: malformed answer");
                ReadOnlySpan<byte> message = rest[..size];
                rest = rest[Math.Min((size + 3) & ~3, rest.Length)..];
                ushort type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
                uint sequence = unchecked(BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) - before);
                if (sequence is 0 || sequence > batch.LastSequence) continue;
                if ((BinaryPrimitives.ReadUInt16LittleEndian(message[6..]) & Interrupted) != 0 && type != Error) whole = false;
                if (type is Error or Done)
                {
                    failure ??= Failure(batch, sequence, message, tolerated);
                    if (sequence >= last) return failure is null ? whole : throw failure;
                }
                else if (type == Overrun) throw GantryException.Internal("netlink: answer lost");
                else entry?.Invoke(type, message[HeaderLength..]);
            }
        }
        throw (Exception?)failure ?? GantryException.Internal($"{batch.Step(last)}: no answer");
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
            while (SocketCalls.send(_handle, start, (nuint)bytes.Length, 0) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR) throw new KernelException("send netlink request", errno);
            }
        }
    }

    /// <returns>False when there is nothing: the kernel works inside send and recv,
    /// so an answer that is not there will never come.</returns>
    private bool TryReceive(out ReadOnlySpan<byte> datagram)
    {
        int foreign = 0;
        fixed (byte* start = _answer)
        {
            while (true)
            {
                SocketCalls.NetlinkAddress sender = default;
                uint size = (uint)sizeof(SocketCalls.NetlinkAddress);
                nint count = SocketCalls.recvfrom(_handle, start, (nuint)_answer.Length,
                    SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_TRUNC, &sender, &size);
                int errno = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (errno == Errno.EINTR) continue;
                datagram = count <= 0 ? [] : _answer.AsSpan(0, (int)Math.Min(count, _answer.Length));
                if (errno == Errno.EAGAIN) return false;
                if (errno != 0) throw new KernelException("receive netlink answer", errno);
                // A container's own processes can write to a socket that was opened in its namespace.
                if (sender.Port != 0 && ++foreign < MostForeign) continue;
                if (sender.Port != 0) throw GantryException.Internal("netlink: answer lost among messages that are not the kernel's");
                return count <= _answer.Length ? true : throw GantryException.Internal($"netlink: an answer of {count} bytes");
            }
        }
    }

    public void Dispose() => _handle.Dispose();
}
