using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Operations on open descriptors that are the same for every kind of file.</summary>
public static unsafe class Descriptor
{
    private const int DuplicateCloseOnExec = 1030, GetDescriptorFlags = 1, SetDescriptorFlags = 2, GetStatusFlags = 3, SetStatusFlags = 4,
        NonBlock = 0x800;
    private const short POLLIN = 1, POLLOUT = 4;

    /// <summary>Copies to the lowest free number from <paramref name="minimum"/> on.</summary>
    public static SafeFileDescriptor DuplicateAtLeast(int descriptor, int minimum = 3)
    {
        int copy = DescriptorCalls.fcntl(descriptor, DuplicateCloseOnExec, minimum);
        return copy >= 0 ? new SafeFileDescriptor(copy) : throw KernelException.Last("duplicate descriptor", value: descriptor.ToString());
    }

    /// <summary>Makes <paramref name="to"/> another name of the same file, inherited over exec.</summary>
    public static void Replace(int descriptor, int to)
    {
        if (DescriptorCalls.dup2(descriptor, to) < 0) throw KernelException.Last("dup2", value: $"{descriptor} to {to}");
    }

    public static void SetCloseOnExec(int descriptor, bool on)
    {
        if (DescriptorCalls.fcntl(descriptor, SetDescriptorFlags, on ? 1 : 0) < 0)
            throw KernelException.Last("set close-on-exec", value: descriptor.ToString());
    }

    public static bool IsOpen(int descriptor) => DescriptorCalls.fcntl(descriptor, GetDescriptorFlags, 0) >= 0;

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

    /// <summary>Empties the file that it is.</summary>
    public static void Truncate(int descriptor, string path)
    {
        if (DescriptorCalls.ftruncate(descriptor, 0) < 0) throw KernelException.Last("ftruncate", path);
    }

    public static void SetNonBlocking(int descriptor, bool on)
    {
        int flags = DescriptorCalls.fcntl(descriptor, GetStatusFlags, 0);
        if (flags < 0 || DescriptorCalls.fcntl(descriptor, SetStatusFlags, on ? flags | NonBlock : flags & ~NonBlock) < 0)
            throw KernelException.Last("set non-blocking", value: descriptor.ToString());
    }

    /// <param name="nonBlocking">Both ends.</param>
    public static (SafeFileDescriptor Read, SafeFileDescriptor Write) Pipe(bool nonBlocking = false)
    {
        int* ends = stackalloc int[2];
        if (DescriptorCalls.pipe2(ends, FileCalls.O_CLOEXEC | (nonBlocking ? NonBlock : 0)) < 0) throw KernelException.Last("pipe2");
        return (new SafeFileDescriptor(ends[0]), new SafeFileDescriptor(ends[1]));
    }

    /// <summary>Waits until something can be read, or the other side is gone, or the process of a pidfd has ended.</summary>
    /// <param name="milliseconds">-1 waits for ever.</param>
    /// <returns>False when the time is over.</returns>
    public static bool WaitReadable(int descriptor, int milliseconds) => Wait(descriptor, POLLIN, milliseconds);

    /// <summary>Waits until something can be written, or nobody will read it.</summary>
    /// <inheritdoc cref="WaitReadable"/>
    public static bool WaitWritable(int descriptor, int milliseconds) => Wait(descriptor, POLLOUT, milliseconds);

    private static bool Wait(int descriptor, short events, int milliseconds)
    {
        long end = Environment.TickCount64 + milliseconds;
        while (true)
        {
            DescriptorCalls.PollEntry entry = new() { Descriptor = descriptor, Events = events };
            int count = DescriptorCalls.poll(&entry, 1, milliseconds < 0 ? -1 : (int)Math.Max(0, end - Environment.TickCount64));
            if (count >= 0) return count > 0;
            KernelException error = KernelException.Last("poll");
            if (error.Errno != Errno.EINTR) throw error;
        }
    }

    /// <returns>Bytes read; 0 at the end; -1 when a non-blocking descriptor has nothing now.</returns>
    public static int Read(int descriptor, Span<byte> buffer, string? shownPath = null)
    {
        int count = RawIo.Read(descriptor, buffer);
        return count >= 0 ? count : count == -Errno.EAGAIN ? -1 : throw new KernelException("read", -count, shownPath);
    }

    /// <summary>Reads a file's beginning, wherever its position is.</summary>
    public static int ReadFromStart(SafeFileDescriptor file, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count = DescriptorCalls.pread(file.Number, start, (nuint)buffer.Length, 0);
            return count >= 0 ? (int)count : throw KernelException.Last("pread");
        }
    }

    /// <returns>Bytes written; -1 when a non-blocking descriptor takes nothing now.</returns>
    public static int Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        int count = RawIo.Write(descriptor, buffer);
        return count >= 0 ? count : count == -Errno.EAGAIN ? -1 : throw new KernelException("write", -count);
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
