using Gantry.Build.Files;
using Gantry.Build.Transfer;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Contexts.Kept;

/// <summary>Makes a tree what was told: takes out what is gone, and puts in what is fresh. Files are put into place whole and never
/// written to, so that another tree may have the same.</summary>
/// <param name="root">The tree.</param>
/// <param name="staged">Where contents lie that have come, under their numbers.</param>
/// <param name="before">Another tree, which has what is not fresh; null when this one has it itself.</param>
internal sealed class TreeUpdate(DirectoryHandle root, DirectoryHandle staged, DirectoryHandle? before, CancellationToken cancellation)
    : IDisposable
{
    private readonly HashSet<string> _touched = [];
    private readonly OpenParent _here = new(root);
    private readonly OpenParent? _there = before is null ? null : new OpenParent(before);

    /// <param name="old">What the tree has, in order; empty for a new one.</param>
    /// <param name="entries">What it shall have, in order.</param>
    /// <exception cref="KernelException">The tree is neither the one nor the other then.</exception>
    public void Run(IReadOnlyList<KeptEntry> old, IReadOnlyList<KeptEntry> entries)
    {
        Remove(old, entries);
        foreach (KeptEntry entry in entries)
            if (entry.IsFresh || before is not null) Place(entry);
        // What was put into a directory, or taken out of it, has changed its time.
        foreach (KeptEntry entry in entries)
            if (entry.Kind == FileKind.Directory
                && (entry.IsFresh || before is not null || _touched.Contains(ByteText.Of(entry.Stat.Path)))) Finish(entry);
        foreach (KeptEntry entry in entries) entry.IsFresh = false;
    }

    private void Remove(IReadOnlyList<KeptEntry> old, IReadOnlyList<KeptEntry> entries)
    {
        int next = 0;
        byte[]? gone = null;
        foreach (KeptEntry was in old)
        {
            byte[] path = was.Stat.Path;
            // It went with the directory that it was in.
            if (gone is not null && path.Length > gone.Length && path[gone.Length] == '/' && path.AsSpan().StartsWith(gone)) continue;
            while (next < entries.Count && StatOrder.Compare(entries[next].Stat.Path, path) < 0) next++;
            KeptEntry? now = next < entries.Count && StatOrder.Compare(entries[next].Stat.Path, path) == 0 ? entries[next] : null;
            bool stays = now is not null && (!now.IsFresh || (now.Kind == FileKind.Directory && was.Kind == FileKind.Directory));
            if (stays) continue;
            cancellation.ThrowIfCancellationRequested();
            TreeRemoval.Remove(_here.Of(path), LayerPath.Base(path));
            Touch(path);
            if (was.Kind == FileKind.Directory)
            {
                gone = path;
                _here.Close();
            }
        }
    }

    private void Place(KeptEntry entry)
    {
        cancellation.ThrowIfCancellationRequested();
        FileStat stat = entry.Stat;
        DirectoryHandle parent = _here.Of(stat.Path);
        ReadOnlySpan<byte> name = LayerPath.Base(stat.Path);
        int errno = entry.Kind switch
        {
            FileKind.Directory => parent.TryMakeDirectory(name, Octal.O700) is var made && made == Errno.EEXIST ? 0 : made,
            FileKind.Link => parent.TryMakeLink(name, stat.Target),
            FileKind.Regular when entry.First is { } first => LinkTo(first, parent, name),
            FileKind.Regular when entry.IsFresh => staged.TryRename(StagedFiles.NameOf(entry), parent, name),
            FileKind.Regular => parent.TryMakeHardLink(name, _there!.Of(stat.Path), name),
            _ => parent.TryMakeNode(name, entry.Kind, Octal.O600, stat.DeviceMajor, stat.DeviceMinor),
        };
        if (errno == 0 && entry.Kind is not (FileKind.Regular or FileKind.Directory)) errno = SetAttributes(entry, parent, name);
        if (errno != 0) throw new KernelException("make", errno, stat.Shown);
        Touch(stat.Path);
    }

    private int LinkTo(KeptEntry first, DirectoryHandle parent, ReadOnlySpan<byte> name)
    {
        using OpenParent other = new(root);
        return parent.TryMakeHardLink(name, other.Of(first.Stat.Path), LayerPath.Base(first.Stat.Path));
    }

    private void Finish(KeptEntry directory)
    {
        ReadOnlySpan<byte> name = LayerPath.Base(directory.Stat.Path);
        if (SetAttributes(directory, _here.Of(directory.Stat.Path), name) is var errno and not 0)
            throw new KernelException("set attributes of", errno, directory.Stat.Shown);
    }

    private static int SetAttributes(KeptEntry entry, DirectoryHandle parent, ReadOnlySpan<byte> name)
    {
        int errno = entry.Kind == FileKind.Link ? 0 : parent.TrySetMode(name, GoMode.PermissionsOf(entry.Stat.Mode));
        foreach ((byte[] key, byte[] value) in entry.Stat.Attributes)
            if (errno == 0 && entry.Kind == FileKind.Directory && CopiedAttributes.Is(key))
                errno = parent.TrySetAttribute(name, key, value);
        return errno == 0 ? parent.TrySetTime(name, entry.Stat.Time) : errno;
    }

    private void Touch(byte[] path) => _touched.Add(ByteText.Of(LayerPath.Parent(path)));

    public void Dispose()
    {
        _here.Dispose();
        _there?.Dispose();
    }
}
