using System.Runtime.InteropServices;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Trees;

/// <summary>Where a file has content and where it has holes: lseek(2) with SEEK_DATA and SEEK_HOLE.</summary>
internal static class FilePieces
{
    private const int SeekData = 3, SeekHole = 4;

    /// <returns>Offset and length of each piece that has content, ascending. A file system without holes has one piece.</returns>
    public static List<(long Offset, long Length)> Of(SafeFileHandle file, long size)
    {
        List<(long, long)> pieces = [];
        long at = 0;
        while (at < size)
        {
            long start = DescriptorCalls.lseek(file, at, SeekData);
            // Nothing but a hole up to the end.
            if (start < 0 && Marshal.GetLastPInvokeError() == Errno.ENXIO) break;
            long end = start < 0 ? -1 : DescriptorCalls.lseek(file, start, SeekHole);
            if (end < 0)
            {
                pieces.Add((at, size - at));
                break;
            }
            end = Math.Min(end, size);
            if (start < end) pieces.Add((start, end - start));
            at = end;
        }
        return pieces;
    }
}
