using Gantry.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Logs;

/// <summary>The files of one log, opened, oldest first. They stay readable when rotation renames or removes them.</summary>
internal sealed class LogFileSet : IDisposable
{
    internal readonly record struct Entry(SafeFileHandle Handle, FileIdentity Identity, DateTime Modified);

    private LogFileSet(List<Entry> files) => Files = files;

    public List<Entry> Files { get; }

    /// <remarks>
    /// Opened from the newest on: when a rotation comes in between, a file is met twice, under its old and its new name,
    /// and none is missed.
    /// </remarks>
    public static LogFileSet Open(string path)
    {
        List<Entry> files = [];
        for (int number = 0, missing = 0; missing < 2; number++)
        {
            string name = number == 0 ? path : $"{path}.{number}";
            if (TryOpen(name) is not { } entry)
            {
                // Rotation that was cut short leaves a gap of one.
                missing++;
                continue;
            }
            missing = 0;
            if (files.Exists(f => f.Identity == entry.Identity)) entry.Handle.Dispose();
            else files.Insert(0, entry);
        }
        return new LogFileSet(files);
    }

    /// <summary>Takes an entry out, whose handle then belongs to the caller.</summary>
    public Entry TakeFirst()
    {
        Entry first = Files[0];
        Files.RemoveAt(0);
        return first;
    }

    private static Entry? TryOpen(string name)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        return new Entry(handle, FileIdentity.Of(handle), File.GetLastWriteTimeUtc(handle));
    }

    public void Dispose()
    {
        foreach (Entry entry in Files) entry.Handle.Dispose();
        Files.Clear();
    }
}
