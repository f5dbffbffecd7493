namespace Gantry.Linux.Files;

/// <summary>Operations on open descriptors that are the same for every kind of file.</summary>
public static unsafe class Descriptor
{
    private const int DuplicateCloseOnExec = 1030, GetDescriptorFlags = 1, SetDescriptorFlags = 2, GetStatusFlags = 3, SetStatusFlags = 4,
        NonBlock = 0x800;
    internal const int CloseOnExec = 0x80000;

    /// <summary>Copies to the lowest free number from <paramref name="minimum"/> on.</summary>
    public static SafeFileDescriptor DuplicateAtLeast(int descriptor, int minimum = 3)
    {
        int copy = NativeFile.fcntl(descriptor, DuplicateCloseOnExec, minimum);
        return copy >= 0 ? new SafeFileDescriptor(copy) : throw KernelException.Last("duplicate descriptor", value: descriptor.ToString());
    }

    /// <summary>Makes <paramref name="to"/> another name of the same file, inherited over exec.</summary>
    public static void Replace(int descriptor, int to)
    {
        if (NativeFile.dup2(descriptor, to) < 0) throw KernelException.Last("dup2", value: $"{descriptor} to {to}");
    }

    public static void SetCloseOnExec(int descriptor, bool on)
    {
        if (NativeFile.fcntl(descriptor, SetDescriptorFlags, on ? 1 : 0) < 0)
            throw KernelException.Last("set close-on-exec", value: descriptor.ToString());
    }

    public static bool IsOpen(int descriptor) => NativeFile.fcntl(descriptor, GetDescriptorFlags, 0) >= 0;

    /// <summary>Opens /dev/null for each of 0, 1 and 2 that the caller closed. Otherwise the next file that is opened would be taken for
    /// it, and handed on as such.</summary>
    public static void CompleteStandardStreams()
    {
        for (int standard = 0; standard < 3; standard++)
        {
            if (IsOpen(standard)) continue;
            SafeFileDescriptor nothing = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite);
            // The lowest free number, which is this one.
            SetCloseOnExec(nothing.Number, false);
            nothing.SetHandleAsInvalid();
        }
    }

    public static void SetNonBlocking(int descriptor, bool on)
    {
        int flags = NativeFile.fcntl(descriptor, GetStatusFlags, 0);
        if (flags < 0 || NativeFile.fcntl(descriptor, SetStatusFlags, on ? flags | NonBlock : flags & ~NonBlock) < 0)
            throw KernelException.Last("set non-blocking", value: descriptor.ToString());
    }

    /// <param name="nonBlocking">Both ends.</param>
    public static (SafeFileDescriptor Read, SafeFileDescriptor Write) Pipe(bool nonBlocking = false)
    {
        int* ends = stackalloc int[2];
        if (NativeFile.pipe2(ends, CloseOnExec | (nonBlocking ? NonBlock : 0)) < 0) throw KernelException.Last("pipe2");
        return (new SafeFileDescriptor(ends[0]), new SafeFileDescriptor(ends[1]));
    }

    /// <summary>Waits until something can be read, or the other side is gone, or the process of a pidfd has ended.</summary>
    /// <returns>False when the time is over.</returns>
    public static bool WaitReadable(int descriptor, int milliseconds)
    {
        const short Readable = 1;
        long end = Environment.TickCount64 + milliseconds;
        while (true)
        {
            Sockets.PollEntry entry = new() { Descriptor = descriptor, Events = Readable };
            int count = Sockets.NativePoll.poll(&entry, 1, (int)Math.Max(0, end - Environment.TickCount64));
            if (count >= 0) return count > 0;
            KernelException error = KernelException.Last("poll");
            if (error.Errno != Errno.EINTR) throw error;
        }
    }

    /// <returns>Bytes read; 0 at the end; -1 when a non-blocking descriptor has nothing now.</returns>
    public static int Read(int descriptor, Span<byte> buffer, string? shownPath = null)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = NativeFile.read(descriptor, start, (nuint)buffer.Length);
                if (count >= 0) return (int)count;
                KernelException error = KernelException.Last("read", shownPath);
                if (error.Errno == Errno.EAGAIN) return -1;
                if (error.Errno != Errno.EINTR) throw error;
            }
        }
    }

    /// <summary>Reads a file's beginning, wherever its position is.</summary>
    public static int ReadFromStart(SafeFileDescriptor file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count = NativeFile.pread(file.Number, start, (nuint)buffer.Length, 0);
            return count >= 0 ? (int)count : throw KernelException.Last("pread");
        }
    }

    /// <returns>Bytes written; -1 when a non-blocking descriptor takes nothing now.</returns>
    public static int Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = NativeFile.write(descriptor, start, (nuint)buffer.Length);
                if (count >= 0) return (int)count;
                KernelException error = KernelException.Last("write");
                if (error.Errno == Errno.EAGAIN) return -1;
                if (error.Errno != Errno.EINTR) throw error;
            }
        }
    }

    /// <summary>Writes everything to a blocking descriptor.</summary>
    public static void WriteAll(int descriptor, ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Write(descriptor, buffer);
            if (count < 0) throw new KernelException("write", Errno.EAGAIN);
            buffer = buffer[count..];
        }
    }
}
