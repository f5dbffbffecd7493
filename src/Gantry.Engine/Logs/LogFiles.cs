namespace Gantry.Engine.Logs;

/// <summary>The files of one log as one stream of lines, oldest first; follows the rotation that goes on meanwhile.</summary>
/// <remarks>An open file stays readable when it is renamed, so a rotation costs no line: the file is read to its end before the next one is opened.</remarks>
internal sealed class LogFiles : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly string path;
    private readonly Queue<FileStream> older = new();
    private FileStream? current;
    private byte[] buffer = new byte[BlockSize];
    private int start, end;

    private LogFiles(string path) => this.path = path;

    public static LogFiles Open(string path)
    {
        LogFiles files = new(path);
        int count = 0;
        while (File.Exists($"{path}.{count + 1}")) count++;
        for (int number = count; number >= 1; number--)
        {
            if (TryOpen($"{path}.{number}") is { } file) files.older.Enqueue(file);
        }
        if (TryOpen(path) is { } newest) files.older.Enqueue(newest);
        files.older.TryDequeue(out files.current);
        return files;
    }

    /// <summary>Drops all but the last so many lines, reading backwards in blocks and no further than needed.</summary>
    public void SkipToTail(int lines)
    {
        List<FileStream> all = [.. current is null ? [] : (FileStream[])[current], .. older];
        int missing = lines;
        int first = all.Count;
        while (first > 0 && (missing > 0 || first == all.Count))
        {
            FileStream file = all[--first];
            (long offset, int found) = FindBackwards(file, missing);
            file.Position = offset;
            missing -= found;
        }
        foreach (FileStream skipped in all[..first]) skipped.Dispose();
        older.Clear();
        foreach (FileStream kept in all[first..]) older.Enqueue(kept);
        older.TryDequeue(out current);
    }

    /// <returns>False when there is no further whole line now.</returns>
    public bool TryReadLine(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            int newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = buffer.AsMemory(start, newline);
                start += newline + 1;
                return true;
            }
            if (!Fill())
            {
                line = default;
                return false;
            }
        }
    }

    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        while (true)
        {
            current ??= TryOpen(path);
            if (current is null) return false;
            int count = current.Read(buffer, end, buffer.Length - end);
            end += count;
            if (count > 0) return true;
            if (!Next()) return false;
        }
    }

    /// <summary>At the end of a file: goes on to the next one, if this is no longer the newest.</summary>
    private bool Next()
    {
        FileStream? next = older.Count > 0 ? older.Dequeue() : Rotated();
        if (next is null) return false;
        current!.Dispose();
        current = next;
        end = start; // A line cut at a file's end was cut by a crash: it has no other half.
        return true;
    }

    /// <summary>The newest file, when it is another than the one that is open, which then must have been read to its very end.</summary>
    private FileStream? Rotated()
    {
        FileStream? newest = TryOpen(path);
        if (newest is null) return null;
        bool same = SameFile(newest, current!);
        bool more = current!.Position < current.Length;
        if (!same && !more) return Successor(newest);
        newest.Dispose();
        return null;
    }

    /// <summary>Several rotations may have happened: go on with the file right after the one that was open.</summary>
    private FileStream Successor(FileStream newest)
    {
        FileStream successor = newest;
        for (int number = 1; TryOpen($"{path}.{number}") is { } candidate; number++)
        {
            if (SameFile(candidate, current!))
            {
                candidate.Dispose();
                break;
            }
            older.Enqueue(successor);
            successor = candidate;
        }
        FileStream[] later = [.. older];
        older.Clear();
        for (int i = later.Length - 1; i >= 0; i--) older.Enqueue(later[i]);
        return successor;
    }

    private static bool SameFile(FileStream one, FileStream other) =>
        Linux.Files.FileIdentity.Of(one.SafeFileHandle) == Linux.Files.FileIdentity.Of(other.SafeFileHandle);

    private static (long Offset, int Found) FindBackwards(FileStream file, int lines)
    {
        long position = file.Length;
        int found = 0;
        byte[] block = new byte[BlockSize];
        bool atEnd = true;
        while (position > 0)
        {
            int size = (int)Math.Min(BlockSize, position);
            position -= size;
            file.Position = position;
            file.ReadExactly(block, 0, size);
            for (int i = size - 1; i >= 0; i--)
            {
                if (block[i] != '\n') continue;
                if (found == lines) return (position + i + 1, found);
                found++;
                atEnd = false;
            }
        }
        return lines == 0 && atEnd ? (file.Length, 0) : (0, found);
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        current?.Dispose();
        foreach (FileStream file in older) file.Dispose();
    }
}
