using Gantry.Shim.Logs;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Logs;

/// <summary>Finds where the last records begin, reading backwards in blocks and no further than needed.</summary>
internal static class LogTail
{
    private const int Block = 64 * 1024;

    /// <summary>Drops the files of the set that lie wholly before the wanted records.</summary>
    /// <param name="matches">Whether a line counts; null when every line does.</param>
    /// <returns>Where to start in the first file that is left.</returns>
    public static long Seek(LogFileSet set, long count, Func<LogFormat, ReadOnlyMemory<byte>, bool>? matches, Action<string>? notice,
        CancellationToken cancellation)
    {
        for (int i = set.Files.Count - 1; i >= 0; i--)
        {
            LogFormat format = set.Files[i].Format;
            long start = SeekInFile(set.Unpack(i, notice, cancellation), ref count,
                matches is null ? null : line => matches(format, line), cancellation);
            if (count > 0 && i > 0) continue;
            for (; i > 0; i--) set.TakeFirst().Handle.Dispose();
            return start;
        }
        return 0;
    }

    private static long SeekInFile(SafeFileHandle file, ref long count, Func<ReadOnlyMemory<byte>, bool>? matches,
        CancellationToken cancellation)
    {
        long end = RandomAccess.GetLength(file);
        // "carry" is the end of a line whose beginning is in the block before; a line without a newline at the very end is being written.
        // What is longer than any record is damage, and nothing of it is carried.
        byte[] carry = [];
        bool complete = false, tooLong = false;
        for (long position = end; position > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            int size = (int)Math.Min(Block, position);
            position -= size;
            byte[] block = new byte[size + carry.Length];
            size = RandomAccess.Read(file, block.AsSpan(0, size), position);
            carry.CopyTo(block.AsSpan(size));
            int limit = size + carry.Length, from = size;
            for (int newline; (newline = block.AsSpan(0, from).LastIndexOf((byte)'\n')) >= 0; from = newline)
            {
                if (complete && Counts(block.AsMemory(newline + 1, limit - newline - 1), tooLong, matches)) count--;
                if (count == 0) return position + newline + 1;
                (complete, tooLong) = (true, false);
                limit = newline;
            }
            tooLong |= limit > LogLineReader.MaxLine;
            carry = tooLong ? [] : block[..limit];
        }
        if (complete && Counts(carry, tooLong, matches)) count--;
        return 0;
    }

    private static bool Counts(ReadOnlyMemory<byte> line, bool tooLong, Func<ReadOnlyMemory<byte>, bool>? matches) =>
        matches is null || (!tooLong && matches(line));
}
