using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Sockets;

/// <summary>Stream sockets of unix(7), blocking unless made otherwise; for programs that have no business with an asynchronous socket
/// stack.</summary>
/// <remarks>Sending and connecting end after a minute, with EAGAIN: a peer that takes nothing, because it is frozen or does not accept,
/// holds nobody for ever.</remarks>
public static unsafe class UnixSocket
{
    private const int Rights = 1, SendSeconds = 60, ControlHeader = 16, MaxPath = 107, AddressSize = 110;

    /// <summary>What the kernel takes with one message: SCM_MAX_FD.</summary>
    public const int MostDescriptors = 253;

    /// <param name="messages">Each send arrives as one whole, as of SOCK_SEQPACKET; else as a stream of bytes.</param>
    public static (SafeFileDescriptor First, SafeFileDescriptor Second) Pair(bool messages = false)
    {
        int* ends = stackalloc int[2];
        int type = messages ? SocketCalls.SOCK_SEQPACKET : SocketCalls.SOCK_STREAM;
        if (SocketCalls.socketpair(SocketCalls.AF_UNIX, type | SocketCalls.SOCK_CLOEXEC, 0, ends) < 0)
            throw KernelException.Last("socketpair");
        SafeFileDescriptor first = new(ends[0]), second = new(ends[1]);
        try
        {
            LimitSending(first);
            LimitSending(second);
            return (first, second);
        }
        catch
        {
            first.Dispose();
            second.Dispose();
            throw;
        }
    }

    /// <summary>Listens at <paramref name="path"/>, which must not exist and gets mode 0600 at most.</summary>
    public static SafeFileDescriptor Listen(string path, bool nonBlocking = false)
    {
        SafeFileDescriptor socket = Open(nonBlocking);
        try
        {
            byte* address = stackalloc byte[AddressSize];
            using Reach reach = new(path);
            uint length = Address(reach.Path, address);
            uint mask = ProcessCalls.umask(0x3F);
            int result = SocketCalls.bind(socket, address, length);
            KernelException? error = result < 0 ? KernelException.Last("bind", path) : null;
            ProcessCalls.umask(mask);
            if (error is not null) throw error;
            return SocketCalls.listen(socket, 128) == 0 ? socket : throw KernelException.Last("listen", path);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <returns>Null when a non-blocking socket has no connection waiting, or it went away again.</returns>
    public static SafeFileDescriptor? Accept(SafeFileDescriptor listener, bool nonBlocking = false)
    {
        while (true)
        {
            int fd = SocketCalls.accept4(listener, null, null, SocketCalls.SOCK_CLOEXEC | (nonBlocking ? SocketCalls.SOCK_NONBLOCK : 0));
            if (fd >= 0) return new SafeFileDescriptor(fd);
            KernelException error = KernelException.Last("accept");
            if (error.Errno is Errno.EAGAIN or 103) return null;
            if (error.Errno != Errno.EINTR) throw error;
        }
    }

    public static SafeFileDescriptor Connect(string path)
    {
        SafeFileDescriptor socket = Open(nonBlocking: false);
        try
        {
            byte* address = stackalloc byte[AddressSize];
            using Reach reach = new(path);
            uint length = Address(reach.Path, address);
            LimitSending(socket);
            // With a limit the kernel does not begin again by itself after a signal.
            while (SocketCalls.connect(socket, address, length) < 0)
            {
                KernelException error = KernelException.Last("connect", path);
                if (error.Errno != Errno.EINTR) throw error;
            }
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Says that no more bytes will come from this side.</summary>
    public static void ShutdownWrite(SafeFileDescriptor socket) => SocketCalls.shutdown(socket, SocketCalls.SHUT_WR);

    /// <summary>Sends some bytes (one at least) and with them descriptors, which the receiver gets as its own copies.</summary>
    public static void Send(SafeFileDescriptor socket, ReadOnlySpan<byte> data, params ReadOnlySpan<int> descriptors)
    {
        byte* control = stackalloc byte[ControlHeader + descriptors.Length * 4 + 8];
        fixed (byte* start = data)
        {
            DescriptorCalls.Piece buffer = new() { Start = start, Length = (ulong)data.Length };
            SocketCalls.MessageHeader message = new() { Pieces = &buffer, PieceCount = 1 };
            if (!descriptors.IsEmpty) AttachRights(&message, control, descriptors);
            nint sent;
            while ((sent = SocketCalls.sendmsg(socket, &message, SocketCalls.MSG_NOSIGNAL)) < 0)
            {
                KernelException error = KernelException.Last("sendmsg");
                if (error.Errno != Errno.EINTR) throw error;
            }
            if (sent < data.Length) Files.Descriptor.WriteAll(socket.Number, data[(int)sent..]);
        }
    }

    /// <summary>Receives bytes and at most one descriptor with them.</summary>
    /// <returns>Bytes received, 0 at the end; the descriptor or null.</returns>
    public static (int Count, SafeFileDescriptor? Descriptor) Receive(SafeFileDescriptor socket, Span<byte> data)
    {
        List<SafeFileDescriptor> descriptors = [];
        int count = Receive(socket, data, descriptors);
        for (int i = 1; i < descriptors.Count; i++) descriptors[i].Dispose();
        return (count, descriptors.Count > 0 ? descriptors[0] : null);
    }

    /// <summary>Receives bytes, and adds the descriptors that came with them.</summary>
    /// <returns>Bytes received, 0 at the end.</returns>
    /// <exception cref="KernelException">EMFILE: more came than this process may have; those that fitted were added.</exception>
    public static int Receive(SafeFileDescriptor socket, Span<byte> data, List<SafeFileDescriptor> descriptors)
    {
        const int ControlSize = ControlHeader + MostDescriptors * sizeof(int) + 4;
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* start = data)
        {
            DescriptorCalls.Piece buffer = new() { Start = start, Length = (ulong)data.Length };
            SocketCalls.MessageHeader message =
                new() { Pieces = &buffer, PieceCount = 1, Control = control, ControlLength = ControlSize };
            nint count;
            while ((count = SocketCalls.recvmsg(socket, &message, SocketCalls.MSG_CMSG_CLOEXEC)) < 0)
            {
                KernelException error = KernelException.Last("recvmsg");
                if (error.Errno != Errno.EINTR) throw error;
            }
            if (message.ControlLength >= ControlHeader && ((int*)control)[2] == SocketCalls.SOL_SOCKET && ((int*)control)[3] == Rights)
                foreach (int number in new ReadOnlySpan<int>(control + ControlHeader,
                    (int)(*(ulong*)control - ControlHeader) / sizeof(int))) descriptors.Add(new SafeFileDescriptor(number));
            return (message.Flags & SocketCalls.MSG_CTRUNC) == 0 ? (int)count
                : throw new KernelException("receive descriptors", Errno.EMFILE);
        }
    }

    // struct cmsghdr: length (8 bytes), level, type, then the descriptors.
    internal static void AttachRights(SocketCalls.MessageHeader* message, byte* control, ReadOnlySpan<int> descriptors)
    {
        *(ulong*)control = (ulong)(ControlHeader + descriptors.Length * 4);
        ((int*)control)[2] = SocketCalls.SOL_SOCKET;
        ((int*)control)[3] = Rights;
        descriptors.CopyTo(new Span<int>(control + ControlHeader, descriptors.Length));
        message->Control = control;
        message->ControlLength = *(ulong*)control;
    }

    private static void LimitSending(SafeFileDescriptor socket)
    {
        // struct timeval.
        long* time = stackalloc long[] { SendSeconds, 0 };
        if (SocketCalls.setsockopt(socket, SocketCalls.SOL_SOCKET, SocketCalls.SO_SNDTIMEO, time, 2 * sizeof(long)) < 0)
            throw KernelException.Last("set socket option", value: "SO_SNDTIMEO");
    }

    private static SafeFileDescriptor Open(bool nonBlocking) =>
        SocketDescriptor.Open(SocketCalls.AF_UNIX, SocketCalls.SOCK_STREAM | (nonBlocking ? SocketCalls.SOCK_NONBLOCK : 0));

    private static uint Address(string path, byte* address)
    {
        new Span<byte>(address, AddressSize).Clear();
        *(ushort*)address = SocketCalls.AF_UNIX;
        return (uint)(2 + Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, MaxPath)) + 1);
    }

    /// <summary>sun_path holds 107 bytes; a longer path is reached through its open directory.</summary>
    private readonly struct Reach : IDisposable
    {
        private readonly SafeFileDescriptor? _directory;

        public Reach(string path)
        {
            Path = path;
            if (Encoding.UTF8.GetByteCount(path) <= MaxPath) return;
            _directory = Files.LinuxFile.OpenDirectory(System.IO.Path.GetDirectoryName(path) ?? "/");
            Path = $"{_directory.ProcPath}/{System.IO.Path.GetFileName(path)}";
        }

        public string Path { get; }

        public void Dispose() => _directory?.Dispose();
    }
}
