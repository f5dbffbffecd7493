using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Storage.Archives;

/// <summary>Writes what lies in a directory tree as members of a tar archive: layers, exports and copies are all written here.</summary>
/// <remarks>
/// Sorted by name, so the same tree gives the same bytes. Sockets are left out: nobody listens on a copy.
/// What disappears meanwhile is left out too.
/// </remarks>
public sealed class TreeArchive(TarWriter tar)
{
    /// <summary>Each level holds a descriptor; and nobody nests deeper who means well.</summary>
    private const int MaxDepth = 2048;
    /// <summary>What a file may hold whose size is not known before it is read.</summary>
    private const int KernelFileLimit = 16 << 20, Page = 4096;

    /// <summary>The first name of every file that has several.</summary>
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _linked = [];

    /// <summary>Directories around the present place that are written when something in them is.</summary>
    private readonly List<Action> _postponed = [];

    /// <summary>Directories that are written without what is in them.</summary>
    public Predicate<DirectoryHandle>? IsClosed { get; init; }

    /// <summary>Leave parts of a second out of times, as Docker does in what it gives to clients: an ordinary file needs no extended header
    /// then, and some readers know none.</summary>
    public bool WholeSeconds { get; init; }

    /// <summary>What of a tree is wanted, by the name in the archive and the kind; null for everything.</summary>
    public Func<byte[], FileKind, TreeChoice>? Choose { get; init; }

    /// <summary>Whose everything is, for what shall not tell who has it here; null for its real owner.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Of the extended attributes, write those alone that give a program capabilities: the others are this host's own.</summary>
    public bool CapabilitiesAlone { get; init; }

    /// <summary>Members written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Content written so far, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Writes one object; of a directory itself alone.</summary>
    /// <param name="name">In <paramref name="parent"/>; empty for that directory itself.</param>
    /// <param name="path">Its name in the archive.</param>
    /// <param name="content">All of a file that has no extended attributes, where somebody has read it; else it is read here.</param>
    public void Add(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path, in FileStatus status, byte[]? content = null)
    {
        if (status.Kind == FileKind.Socket) return;
        if (status.Kind != FileKind.Directory && status.Links > 1 && AddLink(path, status)) return;
        TarEntry entry = new()
        {
            Type = TypeOf(status.Kind), Name = status.Kind == FileKind.Directory && path[^1] != '/' ? [.. path, (byte)'/'] : path,
            Mode = status.Mode, Uid = Owner?.Uid ?? status.Uid, Gid = Owner?.Gid ?? status.Gid, Modified = Time(status),
            Attributes = content is null ? AttributesOf(parent, name) : [],
        };
        switch (status.Kind)
        {
            case FileKind.Regular when content is not null:
                entry.Size = content.Length;
                tar.Write(entry, content);
                Size += entry.Size;
                break;
            case FileKind.Regular:
                if (parent.TryOpenFile(name, out SafeFileHandle? file) is var errno and not 0)
                {
                    if (errno is Errno.ENOENT or Errno.ELOOP) return;
                    throw new KernelException("open", errno, PathBytes.Show(path));
                }
                using (file) AddFile(entry, file!, status.Size);
                break;
            case FileKind.Link:
                if (parent.ReadLink(name) is not { } target) return;
                entry.LinkName = target;
                tar.Write(entry);
                break;
            default:
                (entry.DeviceMajor, entry.DeviceMinor) = (status.DeviceMajor, status.DeviceMinor);
                tar.Write(entry);
                break;
        }
        Count++;
        if (status.Kind != FileKind.Directory && status.Links > 1) _linked[(status.Device, status.Inode)] = path;
    }

    /// <summary>Writes an object with everything below it.</summary>
    /// <inheritdoc cref="Add"/>
    public void AddTree(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path) => AddTree(parent, name, path, 0);

    /// <summary>Writes what is in a directory, but not the directory.</summary>
    /// <param name="path">The directory's name in the archive; empty for the archive's own root.</param>
    public void AddContent(DirectoryHandle directory, byte[] path) => AddContent(directory, path, 0);

    /// <summary>Writes the root itself where mode or owner are not what they are without being mentioned.</summary>
    public void AddRoot(DirectoryHandle root, RootAttributes assumed)
    {
        if (root.TryStatus([], out FileStatus status) == 0 && new RootAttributes(status.Mode, status.Uid, status.Gid) != assumed)
            Add(root, [], "./"u8.ToArray(), status);
    }

    /// <summary>Says that the layer removes a name (image-spec "Whiteouts").</summary>
    public void AddWhiteout(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> parent = LayerPath.Parent(path);
        byte[] name = [.. Whiteouts.Prefix, .. LayerPath.Base(path)];
        // A fixed time: when it was removed is known to nobody.
        tar.Write(new TarEntry { Type = TarEntryType.Regular, Name = parent.IsEmpty ? name : [.. parent, (byte)'/', .. name] });
        Count++;
    }

    private void AddTree(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path, int depth)
    {
        if (parent.TryStatus(name, out FileStatus status) is var errno and not 0)
        {
            Refuse("read status of", errno, path);
            return;
        }
        TreeChoice choice = Choose?.Invoke(path, status.Kind) ?? TreeChoice.Take;
        if (choice == TreeChoice.LeaveOut) return;
        int place = _postponed.Count;
        if (choice == TreeChoice.LookInside) Postpone(parent, name.ToArray(), path, status);
        else
        {
            AddPostponed();
            Add(parent, name, path, status);
        }
        if (status.Kind == FileKind.Directory) AddInside(parent, name, path, depth);
        // Nothing in it was wanted.
        if (choice == TreeChoice.LookInside && _postponed.Count > place) _postponed.RemoveRange(place, _postponed.Count - place);
    }

    private void Postpone(DirectoryHandle parent, byte[] name, byte[] path, FileStatus status) =>
        _postponed.Add(() => Add(parent, name, path, status));

    private void AddPostponed()
    {
        foreach (Action add in _postponed) add();
        _postponed.Clear();
    }

    private void AddInside(DirectoryHandle parent, ReadOnlySpan<byte> name, byte[] path, int depth)
    {
        if (depth == MaxDepth)
            throw GantryException.Invalid($"{PathBytes.Show(path)[..200]}…: directories are nested more than {MaxDepth} deep");
        if (name.IsEmpty) AddBelow(parent, path, depth);
        else if (parent.TryOpen(name, out DirectoryHandle? directory) is var errno and not 0) Refuse("open directory", errno, path);
        else
            using (directory) AddBelow(directory!, path, depth);
    }

    /// <summary>What has gone meanwhile is left out; what cannot be read is not passed over, or half would be taken for all.</summary>
    private static void Refuse(string step, int errno, byte[] path)
    {
        if (errno is not (Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)) throw new KernelException(step, errno, PathBytes.Show(path));
    }

    private void AddBelow(DirectoryHandle directory, byte[] path, int depth)
    {
        if (IsClosed?.Invoke(directory) != true) AddContent(directory, path, depth);
    }

    private void AddContent(DirectoryHandle directory, byte[] path, int depth)
    {
        foreach (DirectoryEntry entry in directory.SortedEntries())
            AddTree(directory, entry.Name, LayerPath.Join(path, entry.Name), depth + 1);
    }

    private void AddFile(TarEntry entry, SafeFileHandle file, long size)
    {
        // The kernel says that its own files are empty, or a page long, until they are read.
        if (size is 0 or Page && FileNature.IsOfKernel(FileNature.FileSystemOf(file)))
        {
            using MemoryStream content = new();
            byte[] piece = new byte[64 << 10];
            while (content.Length < KernelFileLimit && RandomAccess.Read(file, piece, content.Length) is var count and > 0)
                content.Write(piece, 0, count);
            entry.Size = content.Length;
            content.Position = 0;
            tar.Write(entry, content);
        }
        else
        {
            entry.Size = size;
            tar.Write(entry, file);
        }
        Size += entry.Size;
    }

    private FileTime Time(in FileStatus status) => WholeSeconds ? status.Modified with { Nanoseconds = 0 } : status.Modified;

    private bool AddLink(byte[] path, in FileStatus status)
    {
        if (!_linked.TryGetValue((status.Device, status.Inode), out byte[]? first)) return false;
        tar.Write(new TarEntry { Type = TarEntryType.HardLink, Name = path, LinkName = first, Mode = status.Mode,
            Uid = Owner?.Uid ?? status.Uid, Gid = Owner?.Gid ?? status.Gid, Modified = Time(status) });
        Count++;
        return true;
    }

    /// <summary>Without those that mean something on this host alone: overlay's own marks and a security module's label.</summary>
    private List<KeyValuePair<byte[], byte[]>> AttributesOf(DirectoryHandle parent, ReadOnlySpan<byte> name)
    {
        List<KeyValuePair<byte[], byte[]>> attributes = [.. parent.Attributes(name).Where(pair => CapabilitiesAlone
            ? pair.Key.AsSpan().SequenceEqual("security.capability"u8)
            : !OverlayAttributes.Is(pair.Key) && !pair.Key.AsSpan().SequenceEqual("security.selinux"u8))];
        attributes.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return attributes;
    }

    private static TarEntryType TypeOf(FileKind kind) => kind switch
    {
        FileKind.Regular => TarEntryType.Regular, FileKind.Link => TarEntryType.Link, FileKind.Directory => TarEntryType.Directory,
        FileKind.Fifo => TarEntryType.Fifo,
        FileKind.CharacterDevice => TarEntryType.CharacterDevice, FileKind.BlockDevice => TarEntryType.BlockDevice, _ => TarEntryType.Other,
    };
}
