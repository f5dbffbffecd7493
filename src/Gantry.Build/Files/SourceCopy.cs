using System.Buffers;
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
    /// <summary>Up to this size one read and one write cost less than to ask whether blocks can be shared and where holes are.</summary>
    private const int SmallFile = 64 << 10;

    /// <summary>One directory that files are copied to, by one thread.</summary>
    private sealed class Place : IDisposable
    {
        private byte[]? _buffer;

        /// <summary>Owner, group and mode of what comes into being here, by the mode that was asked for: all are treated alike.</summary>
        public Dictionary<uint, (uint User, uint Group, uint Mode)> Made { get; } = [];

        public byte[] Buffer => _buffer ??= ArrayPool<byte>.Shared.Rent(SmallFile);

        public void Dispose()
        {
            if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    /// <summary>By file of the source that has several names: where the first one was copied to.</summary>
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _linked = [];

    /// <inheritdoc cref="CopyOptions.Time"/>
    public FileTime? Time { get; init; }

    /// <inheritdoc cref="CopyOptions.Replaces"/>
    public bool Replaces { get; init; }

    /// <summary>Copies what is in the directories, on all processors: the directories first, then the files, then what is known of
    /// directories only when nothing is made in them any more. Those below the top take the source's place in mode and time, also where
    /// they are there.</summary>
    /// <param name="directories">Each after the one that it lies in.</param>
    /// <param name="top">What the first of them is copied to; it is there, and keeps its own.</param>
    /// <param name="kept">So many of the first keep their own.</param>
    public void CopyTree(IReadOnlyList<SelectedDirectory> directories, byte[] top, int kept = 1)
    {
        byte[][] paths = [.. directories.Select(directory => LayerPath.Join(top, directory.Target))];
        for (int i = 1; i < paths.Length; i++) Make(paths[i]);
        OnAllProcessors.Run(paths.Length, i => CopyFiles(directories[i], paths[i], file => !HasNames(file)), cancellation);
        // One after the other: a name may be one of a file that was copied in another directory.
        for (int i = 0; i < paths.Length; i++)
            if (directories[i].Files.Any(HasNames)) CopyFiles(directories[i], paths[i], HasNames);
        foreach (SelectedFile file in directories.SelectMany(directory => directory.Files)) newest.Add(file.Status.Modified);
        for (int i = kept; i < paths.Length; i++)
        {
            SetAttributes(directories[i], paths[i]);
            newest.Add(directories[i].Status.Modified);
        }
        for (int i = paths.Length - 1; i >= kept; i--) SetTime(paths[i], TimeOf(directories[i].Status));
    }

    public void CopyFile(SelectedDirectory source, SelectedFile file, DirectoryHandle target, byte[] path)
    {
        using DirectoryHandle from = Open(source);
        using Place place = new();
        Copy(from, target, file, path, place);
        newest.Add(file.Status.Modified);
    }

    private static bool IsPlain(SelectedFile file) => file.Status.Kind == FileKind.Regular && !HasNames(file);

    private static bool HasNames(SelectedFile file) => file.Status.Links > 1;

    private void Make(byte[] path)
    {
        byte[] name = LayerPath.Base(path).ToArray();
        using DirectoryHandle parent = OpenCopy(LayerPath.Parent(path));
        int errno = parent.TryMakeDirectory(name, Octal.O700);
        if (errno == 0) destination.AddFresh(path);
        if (errno == Errno.EEXIST && (errno = parent.TryOpen(name, out DirectoryHandle? there)) == 0) there!.Dispose();
        if (errno is Errno.ENOTDIR or Errno.ELOOP)
        {
            if (!Replaces) throw NoDirectory(path);
            errno = parent.TryRemoveFile(name);
            if (errno == 0) errno = parent.TryMakeDirectory(name, Octal.O700);
        }
        Check(errno, "mkdir", path);
    }

    private void CopyFiles(SelectedDirectory source, byte[] path, Predicate<SelectedFile> isMeant)
    {
        if (source.Files.Count == 0) return;
        using DirectoryHandle from = Open(source), to = OpenCopy(path);
        using DirectoryHandle? fresh = destination.OpenFresh(path);
        using Place place = new();
        foreach (SelectedFile file in source.Files)
            if (isMeant(file)) Copy(from, fresh is not null && IsPlain(file) ? fresh : to, file, path, place);
    }

    private void Copy(DirectoryHandle from, DirectoryHandle to, SelectedFile file, byte[] path, Place place)
    {
        cancellation.ThrowIfCancellationRequested();
        byte[] full = LayerPath.Join(path, file.Target);
        int errno = TryCopy(from, to, file, full, place);
        if (errno == Errno.EEXIST)
        {
            MakeRoom(to, file.Target, full);
            errno = TryCopy(from, to, file, full, place);
        }
        Check(errno, "copy to", full);
    }

    private void SetTime(byte[] path, FileTime time)
    {
        using DirectoryHandle parent = OpenCopy(LayerPath.Parent(path));
        Check(parent.TrySetTime(LayerPath.Base(path), time), "set time of", path);
    }

    private DirectoryHandle OpenCopy(ReadOnlySpan<byte> path)
    {
        Check(destination.Root.TryOpenInRoot(path, out DirectoryHandle? directory), "open directory", path);
        return directory!;
    }

    private DirectoryHandle Open(SelectedDirectory source)
    {
        int errno = tree.Root.TryOpenInRoot(source.Path, out DirectoryHandle? from);
        return errno == 0 ? from! : throw new KernelException("open directory", errno, PathBytes.Show(source.Path));
    }

    private void SetAttributes(SelectedDirectory source, byte[] path)
    {
        using DirectoryHandle from = Open(source), directory = OpenCopy(path);
        (uint user, uint group) = OwnerOf(source.Status);
        Check(directory.TrySetOwner([], user, group), "set owner of", path);
        Check(directory.TrySetMode([], ModeOf(source.Status, isDirectory: true)), "set mode of", path);
        foreach ((byte[] key, byte[] value) in CopiedAttributes.Of(from, [], FileKind.Directory))
            CheckAttribute(directory.TrySetAttribute([], key, value), path);
    }

    /// <returns>EEXIST where the name is taken.</returns>
    private int TryCopy(DirectoryHandle from, DirectoryHandle to, in SelectedFile file, byte[] full, Place place)
    {
        FileStatus status = file.Status;
        (ulong, ulong) identity = (status.Device, status.Inode);
        if (status.Links > 1 && _linked.TryGetValue(identity, out byte[]? first)) return TryLink(to, file.Target, first);
        int errno = status.Kind switch
        {
            FileKind.Regular => TryCopyRegular(from, to, file, full, place),
            FileKind.Link => to.TryMakeLink(file.Target, from.ReadLink(file.Name)),
            _ => to.TryMakeNode(file.Target, status.Kind, Octal.O600, status.DeviceMajor, status.DeviceMinor),
        };
        if (errno != 0) return errno;
        if (status.Links > 1) _linked[identity] = full;
        if (status.Kind == FileKind.Regular) return 0;
        (uint user, uint group) = OwnerOf(status);
        Check(to.TrySetOwner(file.Target, user, group), "set owner of", full);
        if (status.Kind != FileKind.Link) Check(to.TrySetMode(file.Target, ModeOf(status, isDirectory: false)), "set mode of", full);
        Check(to.TrySetTime(file.Target, TimeOf(status)), "set time of", full);
        return 0;
    }

    private int TryLink(DirectoryHandle to, byte[] name, byte[] first)
    {
        int errno = destination.Root.TryOpenInRoot(LayerPath.Parent(first), out DirectoryHandle? directory);
        if (errno != 0) return errno;
        using (directory) return to.TryMakeHardLink(name, directory!, LayerPath.Base(first));
    }

    private int TryCopyRegular(DirectoryHandle from, DirectoryHandle to, in SelectedFile file, byte[] full, Place place)
    {
        uint mode = ModeOf(file.Status, isDirectory: false);
        int errno = to.TryCreate(file.Target, mode & Octal.O777, out FileWriter? target);
        if (errno != 0) return errno;
        using (target)
        {
            if (file.Status.Size is > 0 and <= SmallFile)
            {
                Check(from.TryReadFile(file.Name, place.Buffer.AsSpan(0, (int)file.Status.Size), out int length), "read", file.Name);
                Check(target!.TryWriteLeavingHoles(place.Buffer.AsSpan(0, length)), "copy to", full);
                Check(target.TryEndHole(), "copy to", full);
            }
            else if (file.Status.Size > 0)
            {
                Check(from.TryOpenFile(file.Name, out SafeFileHandle? source), "open", file.Name);
                using (source) Check(target!.TryCopyFrom(source!), "copy to", full);
            }
            SetOwnerAndMode(target!, OwnerOf(file.Status), mode, full, place);
            foreach ((byte[] key, byte[] value) in CopiedAttributes.Of(tree, from, file))
                CheckAttribute(target!.TrySetAttribute(key, value), full);
            Check(target!.TrySetTime(TimeOf(file.Status)), "set time of", full);
        }
        return 0;
    }

    /// <summary>Most files are made as they shall be.</summary>
    private static void SetOwnerAndMode(FileWriter target, (uint User, uint Group) owner, uint mode, byte[] full, Place place)
    {
        if (!place.Made.TryGetValue(mode & Octal.O777, out (uint User, uint Group, uint Mode) found))
        {
            FileStatus status = target.Status;
            place.Made.Add(mode & Octal.O777, found = (status.Uid, status.Gid, status.Mode));
        }
        // A change of owner clears set-user-ID and capabilities, as writing does.
        if ((found.User, found.Group) != owner) Check(target.TrySetOwner(owner.User, owner.Group), "set owner of", full);
        if (found.Mode != mode) Check(target.TrySetMode(mode), "set mode of", full);
    }

    private (uint User, uint Group) OwnerOf(in FileStatus status) => owner ?? (status.Uid, status.Gid);

    private FileTime TimeOf(in FileStatus status) => Time ?? status.Modified;

    private uint ModeOf(in FileStatus status, bool isDirectory) => mode?.Apply(status.Mode, isDirectory) ?? status.Mode;

    private void MakeRoom(DirectoryHandle target, byte[] name, byte[] full)
    {
        bool isDirectory = target.TryStatus(name, out FileStatus there) == 0 && there.Kind == FileKind.Directory;
        if (isDirectory && Replaces)
        {
            TreeRemoval.Remove(target, name, cancellation);
            return;
        }
        if (isDirectory)
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
