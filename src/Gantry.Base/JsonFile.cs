using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry;

/// <summary>The one JSON store: an object is a file, replaced atomically.</summary>
public static class JsonFile
{
    /// <summary>What <see cref="SetAside"/> puts behind a name; a number may follow.</summary>
    public const string Aside = ".damaged";

    public static void Save<T>(string path, T value, JsonTypeInfo<T> type, bool durable = true) =>
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(value, type), durable);

    /// <returns>Null when the file does not exist.</returns>
    /// <exception cref="DamagedFileException">It is there, and is not such an object, or cannot be read; <see cref="SetAside"/> it and go
    /// on without this object.</exception>
    public static T? Load<T>(string path, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            // A FIFO or a device in its place has no length either, and would be read for ever.
            if (IsEmpty(path)) throw new DamagedFileException(path, "is empty");
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new DamagedFileException(path, "is empty");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A link that leads nowhere is no missing file: nobody here makes links.
            return IsThere(path) ? throw new DamagedFileException(path, "is a link that leads nowhere", e) : null;
        }
        catch (JsonException e)
        {
            throw new DamagedFileException(path,
                $"is damaged at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}, byte {e.BytePositionInLine ?? 0}", e);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            throw new DamagedFileException(path, Directory.Exists(path) ? "is a directory" : $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether there is nothing to read, or never an end of it: an empty file, a FIFO, a device, or a link to one.</summary>
    public static bool IsEmpty(string path)
    {
        FileInfo file = new(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file) is { Exists: true, Length: 0 };
    }

    /// <summary>Renames a damaged file, or whatever is in its place, so that it costs one object and can still be looked at.
    /// An earlier one stays.</summary>
    /// <returns>Its new path.</returns>
    public static string SetAside(string path)
    {
        string aside = path + Aside;
        for (int number = 2; IsThere(aside); number++) aside = $"{path}{Aside}.{number}";
        if (Directory.Exists(path)) Directory.Move(path, aside);
        else File.Move(path, aside);
        return aside;
    }

    /// <summary>Removes an object's file; a directory that somebody made in its place is set aside.</summary>
    public static void Delete(string path)
    {
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null) SetAside(path);
        else File.Delete(path);
    }

    /// <summary>As <see cref="SetAside"/>, where a disk that refuses must not stand in the way.</summary>
    /// <returns>Its new path; null where it could not be moved, or is not there.</returns>
    public static string? TrySetAside(string path)
    {
        try
        {
            return SetAside(path);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return null;
        }
    }

#pragma warning disable RS0030 // Our own directories, and this floor lies below the one that knows the kernel.
    /// <summary>Files that were set aside for <paramref name="path"/>.</summary>
    public static IReadOnlyList<string> SetAsideOf(string path) =>
        Path.GetDirectoryName(path) is { } directory && Directory.Exists(directory)
            ? [.. Directory.EnumerateFileSystemEntries(directory, "*")
            .Where(one => one.StartsWith(path + Aside, StringComparison.Ordinal))] : [];

    /// <summary>Removes what was set aside, once it is of no use any more.</summary>
    public static void Forget(string aside)
    {
        if (Directory.Exists(aside) && new FileInfo(aside).LinkTarget is null) Directory.Delete(aside, recursive: true);
        else File.Delete(aside);
    }

    /// <summary>Whether anything has this place, also a link that leads nowhere.</summary>
    public static bool IsThere(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;
#pragma warning restore RS0030
}
