using System.Globalization;

namespace Gantry;

/// <summary>Replaces a file's content so that a reader, or the next start after a crash, sees the old or the new one, whole.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside <paramref name="path"/>, then renames over it.</summary>
    /// <param name="durable">Also survive a power loss: the data is synced before the rename. Costs milliseconds;
    /// leave it out for what can be derived again.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool durable = true,
        UnixFileMode mode = (UnixFileMode)Octal.O600)
    {
        // Durable files have one writer, the daemon, whose next try overwrites what a crash left;
        // derived ones are written by several processes at once.
        string writer = durable ? "" : $"{Environment.ProcessId:x}-";
        string temporary = $"{path}.{writer}{Environment.CurrentManagedThreadId:x}{Suffix}";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = mode };
        try
        {
            using (FileStream stream = new(temporary, options))
            {
                stream.Write(content);
                if (durable) stream.Flush(flushToDisk: true);
            }
            // Whatever somebody made in its place, nothing is written to it from now on.
            if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null) JsonFile.SetAside(path);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            // A full disk needs the room.
            File.Delete(temporary);
            throw;
        }
    }

    private const string Suffix = ".tmp";

    /// <summary>Deletes what writers that were killed left in a directory of ours. For the one process that writes durable files there,
    /// at its start.</summary>
    public static void Sweep(string directory)
    {
        if (!Directory.Exists(directory)) return;
        // A name that is no text is none of a writer's.
#pragma warning disable RS0030 // Our own directory, and this floor lies below the one that knows the kernel.
        foreach (string path in Directory.EnumerateFiles(directory, "*" + Suffix))
#pragma warning restore RS0030
        {
            string writer = Path.GetExtension(path[..^Suffix.Length]).TrimStart('.');
            int dash = writer.IndexOf('-');
            bool ours = writer.Length > 0 && writer.All(letter => char.IsAsciiHexDigitLower(letter) || letter == '-');
            if (!ours || (dash > 0 && IsAlive(writer.AsSpan(0, dash)))) continue;
            File.Delete(path);
        }
    }

    /// <summary>What a temporary file is written for.</summary>
    /// <returns>Any other path as it is.</returns>
    internal static string TargetOf(string path) =>
        path.EndsWith(Suffix, StringComparison.Ordinal) && Path.ChangeExtension(path[..^Suffix.Length], null) is { Length: > 0 } target
            ? target : path;

    private static bool IsAlive(ReadOnlySpan<char> process) =>
        int.TryParse(process, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int id) && id != Environment.ProcessId
            && Directory.Exists($"/proc/{id}");
}
