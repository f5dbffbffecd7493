namespace Gantry;

/// <summary>Replaces a file's content so that a reader, or the next start after a crash, sees the old or the new one, whole.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside <paramref name="path"/>, then renames over it.</summary>
    /// <param name="durable">Also survive a power loss: the data is synced before the rename. Costs milliseconds; leave it out for what can be derived again.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool durable = true, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        // Durable files have one writer, the daemon, whose next try overwrites what a crash left; derived ones are written by several processes at once.
        string writer = durable ? "" : $"{Environment.ProcessId:x}-";
        string temporary = $"{path}.{writer}{Environment.CurrentManagedThreadId:x}.tmp";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = mode };
        using (FileStream stream = new(temporary, options))
        {
            stream.Write(content);
            if (durable) stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
