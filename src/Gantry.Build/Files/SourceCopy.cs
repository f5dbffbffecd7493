using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Files;

/// <summary>Copies what is in the directories of one source.</summary>
/// <param name="owner">Null for the source's own, one by one.</param>
internal sealed class SourceCopy(ISourceTree tree, CopyDestination destination, (uint User, uint Group)? owner, ModeChange? mode,
    NewestTime newest, CancellationToken cancellation)
{
    /// <summary>By file of the source: where its first name was copied to.</summary>
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _linked = [];
    private readonly List<(byte[] Path, FileTime Time)> _directories = [];

    /// <summary>A directory below the top: it takes the source's place in mode and time, also where it is there.</summary>
    public void CopyDirectory(SelectedDirectory source, byte[] top)
    {
        byte[] path = LayerPath.Join(top, source.Target), name = LayerPath.Base(path).ToArray();
        if (destination.Root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent) is var refused and not 0)
            throw CopyDestination.Refused("open directory of", refused, path);
        using (parent)
        {
            int errno = parent!.TryMakeDirectory(name, Octal.O700);
            if (errno is not (0 or Errno.EEXIST)) throw CopyDestination.Refused("mkdir", errno, path);
            errno = parent.TryOpen(name, out DirectoryHandle? directory);
            if (errno is Errno.ENOTDIR or Errno.ELOOP) throw NoDirectory(path);
            if (errno != 0) throw CopyDestination.Refused("open directory", errno, path);
            using (directory)
            {
                CopyFiles(source, directory!, path);
                SetAttributes(source, directory!, path);
            }
        }
        newest.Add(source.Status.Modified);
        _directories.Add((path, source.Status.Modified));
    }

    public void CopyFiles(SelectedDirectory source, DirectoryHandle target, byte[] path)
    {
        if (source.Files.Count == 0) return;
        using DirectoryHandle from = Open(source);
        foreach (SelectedFile file in source.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            byte[] full = LayerPath.Join(path, file.Target);
            int errno = TryCopy(from, target, file, full);
            if (errno == Errno.EEXIST)
            {
                MakeRoom(target, file.Target, full);
                errno = TryCopy(from, target, file, full);
            }
            if (errno != 0) throw CopyDestination.Refused($"copy to", errno, full);
            newest.Add(file.Status.Modified);
        }
    }

    /// <summary>Deepest first, when nothing is made in them any more.</summary>
    public void SetTimes()
    {
        for (int i = _directories.Count - 1; i >= 0; i--)
        {
            (byte[] path, FileTime time) = _directories[i];
            int errno = destination.Root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent);
            if (errno == 0)
                using (parent) errno = parent!.TrySetTime(LayerPath.Base(path), time);
            if (errno != 0) throw CopyDestination.Refused("set time of", errno, path);
        }
    }

    private DirectoryHandle Open(SelectedDirectory source)
    {
        int errno = tree.Root.TryOpenInRoot(source.Path, out DirectoryHandle? from);
        return errno == 0 ? from! : throw new KernelException("open directory", errno, PathBytes.Show(source.Path));
    }

    private void SetAttributes(SelectedDirectory source, DirectoryHandle directory, byte[] path)
    {
        (uint user, uint group) = OwnerOf(source.Status);
        Check(directory.TrySetOwner([], user, group), "set owner of", path);
        Check(directory.TrySetMode([], ModeOf(source.Status, isDirectory: true)), "set mode of", path);
        using DirectoryHandle from = Open(source);
        foreach ((byte[] key, byte[] value) in CopiedAttributes.Of(from, [], FileKind.Directory))
            CheckAttribute(directory.TrySetAttribute([], key, value), path);
    }

    /// <returns>EEXIST where the name is taken.</returns>
    private int TryCopy(DirectoryHandle from, DirectoryHandle to, in SelectedFile file, byte[] full)
    {
        FileStatus status = file.Status;
        (ulong, ulong) identity = (status.Device, status.Inode);
        if (status.Links > 1 && _linked.TryGetValue(identity, out byte[]? first)) return TryLink(to, file.Target, first);
        int errno = status.Kind switch
        {
            FileKind.Regular => TryCopyRegular(from, to, file, full),
            FileKind.Link => to.TryMakeLink(file.Target, from.ReadLink(file.Name)),
            _ => to.TryMakeNode(file.Target, status.Kind, Octal.O600, status.DeviceMajor, status.DeviceMinor),
        };
        if (errno != 0) return errno;
        if (status.Links > 1) _linked[identity] = full;
        if (status.Kind == FileKind.Regular) return 0;
        (uint user, uint group) = OwnerOf(status);
        Check(to.TrySetOwner(file.Target, user, group), "set owner of", full);
        if (status.Kind != FileKind.Link) Check(to.TrySetMode(file.Target, ModeOf(status, isDirectory: false)), "set mode of", full);
        Check(to.TrySetTime(file.Target, status.Modified), "set time of", full);
        return 0;
    }

    private int TryLink(DirectoryHandle to, byte[] name, byte[] first)
    {
        int errno = destination.Root.TryOpenInRoot(LayerPath.Parent(first), out DirectoryHandle? directory);
        if (errno != 0) return errno;
        using (directory) return to.TryMakeHardLink(name, directory!, LayerPath.Base(first));
    }

    private int TryCopyRegular(DirectoryHandle from, DirectoryHandle to, in SelectedFile file, byte[] full)
    {
        int errno = to.TryCreate(file.Target, Octal.O600, out FileWriter? target);
        if (errno != 0) return errno;
        using (target)
        {
            if (file.Status.Size > 0)
            {
                Check(from.TryOpenFile(file.Name, out SafeFileHandle? source), "open", file.Name);
                using (source) Check(target!.TryCopyFrom(source!), "copy to", full);
            }
            // A change of owner clears set-user-ID and capabilities, as writing does.
            (uint user, uint group) = OwnerOf(file.Status);
            Check(target!.TrySetOwner(user, group), "set owner of", full);
            Check(target.TrySetMode(ModeOf(file.Status, isDirectory: false)), "set mode of", full);
            foreach ((byte[] key, byte[] value) in CopiedAttributes.Of(from, file.Name, FileKind.Regular))
                CheckAttribute(target.TrySetAttribute(key, value), full);
            Check(target.TrySetTime(file.Status.Modified), "set time of", full);
        }
        return 0;
    }

    private (uint User, uint Group) OwnerOf(in FileStatus status) => owner ?? (status.Uid, status.Gid);

    private uint ModeOf(in FileStatus status, bool isDirectory) => mode?.Apply(status.Mode, isDirectory) ?? status.Mode;

    private static void MakeRoom(DirectoryHandle target, byte[] name, byte[] full)
    {
        if (target.TryStatus(name, out FileStatus there) == 0 && there.Kind == FileKind.Directory)
            throw GantryException.Invalid($"cannot replace to directory /{PathBytes.Show(full)} with file");
        Check(target.TryRemoveFile(name), "replace", full);
    }

    public static GantryException NoDirectory(byte[] path) =>
        GantryException.Invalid($"cannot copy to non-directory: /{PathBytes.Show(path)}");

    private static void Check(int errno, string step, ReadOnlySpan<byte> path)
    {
        if (errno != 0) throw CopyDestination.Refused(step, errno, path);
    }

    /// <summary>Those that this file system has not are no reason to refuse a build.</summary>
    private static void CheckAttribute(int errno, byte[] path)
    {
        if (errno is not (0 or Errno.EOPNOTSUPP)) Check(errno, "set attribute of", path);
    }
}
