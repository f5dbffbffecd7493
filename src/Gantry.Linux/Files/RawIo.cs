using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Reading and writing without exceptions and allocations, for an event loop on non-blocking descriptors.
/// Negative results are <c>-errno</c>.</summary>
public static unsafe class RawIo
{
    /// <returns>Bytes read, 0 at the end, else <c>-errno</c>.</returns>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = DescriptorCalls.read(descriptor, start, (nuint)buffer.Length);
                if (count >= 0) return (int)count;
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR) return -error;
            }
        }
    }

    /// <returns>Bytes written, else <c>-errno</c>.</returns>
    public static int Write(int descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = DescriptorCalls.write(descriptor, start, (nuint)buffer.Length);
                if (count >= 0) return (int)count;
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR) return -error;
            }
        }
    }

    /// <summary>Both at once, as one.</summary>
    /// <inheritdoc cref="Write(int, ReadOnlySpan{byte})"/>
    public static int Write(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        fixed (byte* one = first, two = second)
        {
            DescriptorCalls.Piece* pieces = stackalloc DescriptorCalls.Piece[2];
            pieces[0] = new DescriptorCalls.Piece { Start = one, Length = (ulong)first.Length };
            pieces[1] = new DescriptorCalls.Piece { Start = two, Length = (ulong)second.Length };
            while (true)
            {
                nint count = DescriptorCalls.writev(descriptor, pieces, 2);
                if (count >= 0) return (int)count;
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR) return -error;
            }
        }
    }
}
