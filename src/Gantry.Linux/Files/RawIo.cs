using System.Runtime.InteropServices;

namespace Gantry.Linux.Files;

/// <summary>Reading and writing without exceptions and allocations, for an event loop on non-blocking descriptors.
/// Negative results are <c>-errno</c>.</summary>
public static unsafe partial class RawIo
{
    /// <returns>Bytes read, 0 at the end, else <c>-errno</c>.</returns>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = read(descriptor, start, (nuint)buffer.Length);
                if (count >= 0) return (int)count;
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR) return -error;
            }
        }
    }

    /// <returns>Bytes written, else <c>-errno</c>.</returns>
    public static int Write(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        fixed (byte* one = first, two = second)
        {
            Part* parts = stackalloc Part[2];
            parts[0] = new Part { Start = one, Length = (nuint)first.Length };
            parts[1] = new Part { Start = two, Length = (nuint)second.Length };
            while (true)
            {
                nint count = writev(descriptor, parts, second.IsEmpty ? 1 : 2);
                if (count >= 0) return (int)count;
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR) return -error;
            }
        }
    }

    /// <summary>struct iovec.</summary>
    private struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    [LibraryImport("libc", SetLastError = true)] private static partial nint read(int fd, byte* buffer, nuint count);
    [LibraryImport("libc", SetLastError = true)] private static partial nint writev(int fd, Part* parts, int count);
}
