using System.Security.Cryptography;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Tests.Contexts.Kept;

/// <summary>All of a tree that a copy of it must have, a line for each name: kind, mode, time in seconds, content, and which names are one
/// file; not owners.</summary>
internal static class Listing
{
    public static string[] Of(string path)
    {
        using DirectoryHandle root = DirectoryHandle.Open(path);
        List<string> lines = [];
        Add(root, "", [], lines);
        return [.. lines];
    }

    private static void Add(DirectoryHandle directory, string path, Dictionary<ulong, string> linked, List<string> lines)
    {
        foreach (DirectoryEntry entry in directory.SortedEntries())
        {
            Assert.Equal(0, directory.TryStatus(entry.Name, out FileStatus status));
            string full = path + Convert.ToHexStringLower(entry.Name);
            string content = status.Kind switch
            {
                FileKind.Link => PathBytes.Show(directory.ReadLink(entry.Name)),
                FileKind.Regular => $"{status.Size} {Hash(directory, entry.Name)}",
                _ => "",
            };
            if (status is { Kind: FileKind.Regular, Links: > 1 } && !linked.TryAdd(status.Inode, full))
                content += $" = {linked[status.Inode]}";
            lines.Add($"{full} {PathBytes.Show(entry.Name)} {status.Kind} {Convert.ToString(status.Mode, 8)} {status.Modified.Seconds} "
                + content);
            if (status.Kind != FileKind.Directory) continue;
            Assert.Equal(0, directory.TryOpen(entry.Name, out DirectoryHandle? below));
            using (below) Add(below!, full + "/", linked, lines);
        }
    }

    private static string Hash(DirectoryHandle directory, byte[] name)
    {
        Assert.Equal(0, directory.TryOpenFile(name, out SafeFileHandle? file));
        using FileStream stream = new(file!, FileAccess.Read);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
