using Gantry.Build.Dockerfile.Ignore;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Contexts;

/// <summary>Takes out of a context what <c>.dockerignore</c> leaves out, so that nobody sees it: neither COPY, nor a step that has the
/// context mounted.</summary>
internal static class IgnoredFiles
{
    /// <summary>Each level holds a descriptor; as deep as an archive may be.</summary>
    private const int MaxDepth = 2048;

    public static void Remove(DirectoryHandle root, IgnorePatterns ignored, CancellationToken cancellation)
    {
        if (!ignored.IsEmpty) Walk(root, [], ignored, 0, cancellation);
    }

    private static void Walk(DirectoryHandle directory, byte[] path, IgnorePatterns ignored, int depth, CancellationToken cancellation)
    {
        if (depth > MaxDepth) throw GantryException.Invalid($"directories are nested more than {MaxDepth} deep");
        if (directory.TryStatus([], out FileStatus before) is var refused and not 0) throw Refused(refused, path);
        bool changed = false;
        foreach (DirectoryEntry entry in directory.Entries())
        {
            cancellation.ThrowIfCancellationRequested();
            byte[] full = LayerPath.Join(path, entry.Name);
            bool excluded = ignored.IsExcluded(full);
            bool isDirectory = KindOf(directory, entry) == FileKind.Directory;
            if (isDirectory && !(excluded && !ignored.MayIncludeBelow(ByteText.Of(full))))
            {
                Descend(directory, entry.Name, full, ignored, depth, cancellation);
                // What it held may have been all that it was there for.
                if (excluded && directory.TryRemoveDirectory(entry.Name) == 0) changed = true;
            }
            else if (excluded)
            {
                TreeRemoval.Remove(directory, entry.Name, cancellation);
                changed = true;
            }
        }
        // Whether something was left out does not show in what remains.
        if (changed) directory.TrySetTime([], before.Modified);
    }

    private static void Descend(DirectoryHandle directory, byte[] name, byte[] path, IgnorePatterns ignored, int depth,
        CancellationToken cancellation)
    {
        if (directory.TryOpen(name, out DirectoryHandle? below) is var errno and not 0) throw Refused(errno, path);
        using (below) Walk(below!, path, ignored, depth + 1, cancellation);
    }

    private static FileKind KindOf(DirectoryHandle directory, DirectoryEntry entry)
    {
        if (entry.Kind is { } kind) return kind;
        int errno = directory.TryStatus(entry.Name, out FileStatus status);
        return errno == 0 ? status.Kind : throw Refused(errno, entry.Name);
    }

    private static KernelException Refused(int errno, byte[] path) => new("leave out of the context", errno, PathBytes.Show(path));
}
