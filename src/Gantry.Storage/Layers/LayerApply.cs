using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Layers;

/// <summary>Applies a layer archive to a directory (image-spec "layer.md").</summary>
/// <remarks>
/// The archive is hostile. A name that leads out of the root is refused; parents are resolved by the kernel with the root as <c>/</c>,
/// so links that the archive itself made lead nowhere else; the last component is never followed.
/// </remarks>
internal sealed class LayerApply : IDisposable
{
    private static ReadOnlySpan<byte> WhiteoutPrefix => ".wh."u8;
    private static ReadOnlySpan<byte> OpaqueMark => ".wh..wh..opq"u8;
    /// <summary>Aufs kept its own bookkeeping under such names; they are no files of the image.</summary>
    private static ReadOnlySpan<byte> AufsPrefix => ".wh..wh."u8;

    private readonly DirectoryHandle _root;
    private readonly IWhiteouts? _whiteouts;
    private readonly ExtractRules _rules;
    private readonly LayerLimits _limits;
    private readonly LayerMember _file;
    private readonly List<(byte[] Path, FileTime Time)> _directoryTimes = [];
    private DirectoryHandle? _parent;
    private byte[] _parentPath = [];

    /// <param name="whiteouts">Null for an archive that is no layer: names that begin with <c>.wh.</c> are names like others.</param>
    public LayerApply(DirectoryHandle root, IWhiteouts? whiteouts, LayerLimits limits, ExtractRules? rules = null)
    {
        _rules = rules ?? new ExtractRules();
        _root = root;
        _whiteouts = whiteouts;
        _limits = limits;
        _file = new LayerMember(_rules.Written);
    }

    /// <summary>Sum of the sizes of the files made, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>What the archive says of <c>/</c> itself.</summary>
    public RootAttributes? Root { get; private set; }

    public void Dispose() => _parent?.Dispose();

    /// <summary>Reads to the end of the stream.</summary>
    public void Run(Stream archive, CancellationToken cancellation)
    {
        TarReader reader = new(archive);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.Count > _limits.MaxEntries) throw Refused(entry, $"{_limits.Subject} has more than {_limits.MaxEntries} entries");
            try
            {
                Apply(reader, entry);
            }
            catch (KernelException e)
            {
                throw new GantryException(e.Errno is Errno.ENOSPC or Errno.EIO ? ErrorKind.Internal : ErrorKind.InvalidArgument,
                    $"archive: \"{entry.ShownName}\": {e.Message}", e);
            }
        }
        reader.Drain();
        SetDirectoryTimes();
    }

    private void Apply(TarReader reader, TarEntry entry)
    {
        byte[] path = _rules.Place(entry.Name) ?? throw Refused(entry, $"the name leads out of {_limits.Subject}");
        if (path.Length > _limits.MaxName) throw Refused(entry, $"the name is longer than {_limits.MaxName} bytes");
        if (path.AsSpan().Count((byte)'/') > _limits.MaxDepth)
            throw Refused(entry, $"it is nested more than {_limits.MaxDepth} directories deep");
        if (_rules.KeepTop && path.AsSpan().SequenceEqual(_rules.Directory)) return;
        if (_rules.Owner is { } owner) (entry.Uid, entry.Gid) = owner;
        if (path.Length == 0)
        {
            ApplyRoot(entry);
            return;
        }
        ReadOnlySpan<byte> name = LayerPath.Base(path);
        if (_whiteouts is not null && name.StartsWith(WhiteoutPrefix))
        {
            ApplyWhiteout(_whiteouts, entry, path, name);
            return;
        }
        DirectoryHandle parent = OpenParent(path);
        Make(reader, entry, path, parent);
        _whiteouts?.Added(OpenParent(path), name, path, entry.Type == TarEntryType.Directory);
    }

    private void ApplyRoot(TarEntry entry)
    {
        if (entry.Type != TarEntryType.Directory) throw Refused(entry, "the root of a layer must be a directory");
        Root = new RootAttributes(entry.Mode, entry.Uid, entry.Gid);
        _file.SetAttributes(_root, [], entry);
        _directoryTimes.Add(([], entry.Modified));
    }

    private void ApplyWhiteout(IWhiteouts whiteouts, TarEntry entry, byte[] path, ReadOnlySpan<byte> name)
    {
        DirectoryHandle parent = OpenParent(path);
        ReadOnlySpan<byte> directory = LayerPath.Parent(path);
        if (name.SequenceEqual(OpaqueMark))
        {
            whiteouts.MakeOpaque(parent, directory);
            return;
        }
        if (name.StartsWith(AufsPrefix)) return;
        ReadOnlySpan<byte> target = name[WhiteoutPrefix.Length..];
        if (target.IsEmpty || target.SequenceEqual("."u8) || target.SequenceEqual(".."u8))
            throw Refused(entry, "the whiteout names nothing that can be removed");
        byte[] removed = directory.IsEmpty ? target.ToArray() : [.. directory, (byte)'/', .. target];
        whiteouts.Remove(parent, target, removed);
        DropParent();
    }

    private void Make(TarReader reader, TarEntry entry, byte[] path, DirectoryHandle parent)
    {
        ReadOnlySpan<byte> name = LayerPath.Base(path);
        int errno = TryMake(reader, entry, parent, name);
        if (errno == Errno.EEXIST)
        {
            bool isDirectory = parent.TryStatus(name, out FileStatus status) == 0 && status.Kind == FileKind.Directory;
            if (_rules.KeepKinds && isDirectory != (entry.Type == TarEntryType.Directory)) throw KindDiffers(path, isDirectory);
            if (!isDirectory || entry.Type != TarEntryType.Directory)
            {
                // A later entry replaces an earlier one. The directory held open may be what goes, so it is resolved anew.
                TreeRemoval.Remove(parent, name);
                DropParent();
                parent = OpenParent(path);
                errno = TryMake(reader, entry, parent, name);
            }
            else errno = 0;
        }
        if (errno != 0) throw new KernelException($"make {entry.Type}", errno, PathBytes.Show(path));
        if (entry.Type is TarEntryType.Regular or TarEntryType.HardLink) return;
        _file.SetAttributes(parent, name, entry);
        if (entry.Type == TarEntryType.Directory) _directoryTimes.Add((path, entry.Modified));
    }

    private int TryMake(TarReader reader, TarEntry entry, DirectoryHandle parent, ReadOnlySpan<byte> name) => entry.Type switch
    {
        TarEntryType.Regular => MakeFile(reader, entry, parent, name),
        TarEntryType.Directory => parent.TryMakeDirectory(name, Octal.O700),
        TarEntryType.Link =>
            parent.TryMakeLink(name, entry.LinkName.Length > 0 ? entry.LinkName : throw Refused(entry, "the link has no target")),
        TarEntryType.HardLink => MakeHardLink(entry, parent, name),
        TarEntryType.CharacterDevice => MakeNode(entry, parent, name, FileKind.CharacterDevice),
        TarEntryType.BlockDevice => MakeNode(entry, parent, name, FileKind.BlockDevice),
        TarEntryType.Fifo => parent.TryMakeNode(name, FileKind.Fifo, Octal.O600, 0, 0),
        _ => throw Refused(entry, $"entries of type '{(char)entry.Flag}' are not known"),
    };

    private int MakeFile(TarReader reader, TarEntry entry, DirectoryHandle parent, ReadOnlySpan<byte> name)
    {
        if (entry.Size > _limits.MaxSize - Size) throw Refused(entry, $"{_limits.Subject} has more than {_limits.MaxSize} bytes");
        bool whole = _whiteouts is null && !_rules.Unshared;
        int errno = whole ? _file.TryMakeWhole(parent, name, reader, entry) : _file.TryMake(parent, name, reader, entry);
        if (errno != 0) return errno;
        Size += entry.Size;
        return 0;
    }

    private static int MakeNode(TarEntry entry, DirectoryHandle parent, ReadOnlySpan<byte> name, FileKind kind) =>
        parent.TryMakeNode(name, kind, Octal.O600, entry.DeviceMajor, entry.DeviceMinor);

    private int MakeHardLink(TarEntry entry, DirectoryHandle parent, ReadOnlySpan<byte> name)
    {
        byte[]? target = _rules.Place(entry.LinkName);
        if (target is null or { Length: 0 })
            throw Refused(entry, $"the hard link's target \"{PathBytes.Show(entry.LinkName)}\" leads out of {_limits.Subject}");
        int errno = _root.TryOpenInRoot(LayerPath.Parent(target), out DirectoryHandle? directory);
        if (errno != 0) throw Refused(entry, $"the hard link's target \"{PathBytes.Show(entry.LinkName)}\" is not in {_limits.Subject}");
        using (directory)
        {
            // Onto itself: nothing to do, and to replace it would lose it.
            if (parent.TryStatus(name, out FileStatus here) == 0 && directory!.TryStatus(LayerPath.Base(target), out FileStatus there) == 0
                && here.Inode == there.Inode) return 0;
            errno = parent.TryMakeHardLink(name, directory!, LayerPath.Base(target));
        }
        return errno == Errno.ENOENT
            ? throw Refused(entry, $"the hard link's target \"{PathBytes.Show(entry.LinkName)}\" is not in {_limits.Subject}") : errno;
    }

    /// <summary>The directory that holds <paramref name="path"/>; made with its own parents where the archive left them out. Kept open:
    /// entries come in runs.</summary>
    private DirectoryHandle OpenParent(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> parent = LayerPath.Parent(path);
        if (parent.IsEmpty) return _root;
        if (_parent is not null && parent.SequenceEqual(_parentPath)) return _parent;
        DropParent();
        int errno = _root.TryOpenInRoot(parent, out _parent);
        if (errno == Errno.ENOENT) errno = MakeParents(parent);
        if (errno != 0) throw new KernelException("open directory", errno, PathBytes.Show(parent));
        _parentPath = parent.ToArray();
        return _parent!;
    }

    private int MakeParents(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> above = LayerPath.Parent(path);
        int errno = _root.TryOpenInRoot(above, out DirectoryHandle? directory);
        if (errno == Errno.ENOENT && !above.IsEmpty)
        {
            errno = MakeParents(above);
            directory = _parent;
            _parent = null;
        }
        if (errno != 0) return errno;
        using (directory)
        {
            ReadOnlySpan<byte> name = LayerPath.Base(path);
            errno = directory!.TryMakeDirectory(name, Octal.O755);
            if (errno is not (0 or Errno.EEXIST)) return errno;
            if (errno == 0)
            {
                directory.TrySetMode(name, Octal.O755);
                _whiteouts?.Added(directory, name, path, isDirectory: true);
            }
        }
        return _root.TryOpenInRoot(path, out _parent);
    }

    private void DropParent()
    {
        _parent?.Dispose();
        _parent = null;
    }

    /// <summary>Last, deepest first: making an entry changes the time of the directory that gets it.</summary>
    private void SetDirectoryTimes()
    {
        for (int i = _directoryTimes.Count - 1; i >= 0; i--)
        {
            (byte[] path, FileTime time) = _directoryTimes[i];
            if (path.Length == 0) _root.TrySetTime([], time);
            // Gone or replaced by a later entry: then there is nothing to set.
            else if (_root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent) == 0)
                using (parent) parent!.TrySetTime(LayerPath.Base(path), time);
        }
    }

    /// <summary>In Docker's words.</summary>
    private static GantryException KindDiffers(ReadOnlySpan<byte> path, bool isDirectory)
    {
        (string there, string brought) = isDirectory ? ("directory", "non-directory") : ("non-directory", "directory");
        return GantryException.Invalid(
            $"cannot overwrite {there} \"/{PathBytes.Show(path)}\" with {brought} \"/{PathBytes.Show(LayerPath.Parent(path))}\"");
    }

    private static GantryException Refused(TarEntry entry, string why) => GantryException.Invalid($"archive: \"{entry.ShownName}\": {why}");
}
