using System.Text;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Attestations.Packages;

/// <summary>Reads text files of a tree that anybody may have made: nothing outside of it, nothing that is no file, nothing without
/// end.</summary>
internal static class TreeText
{
    /// <summary>Bytes; a machine with all of Debian has less.</summary>
    private const int Most = 128 << 20;

    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="GantryException">Invalid: it is too large.</exception>
    public static string? Read(DirectoryHandle root, string path)
    {
        byte[] name = PathBytes.Of(path);
        if (root.TryOpenInRoot(LayerPath.Parent(name), out DirectoryHandle? directory) != 0) return null;
        using (directory) return Read(directory!, LayerPath.Base(name), path);
    }

    /// <returns>Each file right in a directory, by name; empty where there is no such directory.</returns>
    public static IEnumerable<string> ReadAll(DirectoryHandle root, string path)
    {
        if (root.TryOpenInRoot(PathBytes.Of(path), out DirectoryHandle? directory) != 0) yield break;
        using (directory)
            foreach (DirectoryEntry entry in directory!.SortedEntries())
                if (Read(directory, entry.Name, path) is { } text) yield return text;
    }

    private static string? Read(DirectoryHandle directory, ReadOnlySpan<byte> name, string path)
    {
        if (directory.TryOpenFile(name, out SafeFileHandle? file) != 0) return null;
        using (file)
        {
            long length = RandomAccess.GetLength(file!);
            if (length > Most)
                throw GantryException.Invalid($"the scan for packages: {path} has {length} bytes, which no list of them has");
            byte[] content = new byte[length];
            int count = 0, read;
            while (count < content.Length && (read = RandomAccess.Read(file!, content.AsSpan(count), count)) > 0) count += read;
            return Encoding.UTF8.GetString(content, 0, count);
        }
    }
}
