using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Storage.Snapshots;

/// <summary>Makes in a directory of nobody else's what goes into a layer's archive at the same time: what unpacking that archive
/// would make.</summary>
/// <remarks>Members come as a walk in the order of names gives them: a directory before what is in it. Directories get their attributes
/// when they are left, so that nothing in them inherits any and their times stay.</remarks>
internal sealed class LayerCopy(DirectoryHandle root) : ITarObserver, IDisposable
{
    private readonly Stack<(DirectoryHandle Directory, byte[] Path, TarEntry Entry)> _open = new();
    private readonly LayerMember _attributes = new();
    private TarEntry? _entry;
    private byte[] _name = [];
    private FileWriter? _file;

    private DirectoryHandle Parent => _open.Count > 0 ? _open.Peek().Directory : root;

    public void Begin(TarEntry entry)
    {
        byte[] path = LayerPath.Clean(entry.Name)!;
        Enter(LayerPath.Parent(path));
        _name = LayerPath.Base(path).ToArray();
        _entry = entry;
        Check(Whiteouts.IsMark(_name) ? Parent.TryMakeNode(Whiteouts.Removed(_name), FileKind.CharacterDevice, 0, 0, 0)
            : TryMake(entry, path), "make");
    }

    public void Content(ReadOnlySpan<byte> piece)
    {
        if (_file is not null) Check(_file.TryWriteLeavingHoles(piece), "write");
    }

    public void End()
    {
        TarEntry entry = _entry!;
        if (_file is not null)
        {
            Check(_file.TryEndHole(), "set size of");
            LayerMember.Finish(_file, entry);
            _file.Dispose();
            _file = null;
        }
        else if (!Whiteouts.IsMark(_name) && entry.Type is not (TarEntryType.HardLink or TarEntryType.Directory))
        {
            _attributes.SetAttributes(Parent, _name, entry);
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete() => Enter([]);

    public void Dispose()
    {
        _file?.Dispose();
        while (_open.TryPop(out (DirectoryHandle Directory, byte[], TarEntry) left)) left.Directory.Dispose();
    }

    private int TryMake(TarEntry entry, byte[] path) => entry.Type switch
    {
        TarEntryType.Regular => Parent.TryCreate(_name, Octal.O600, out _file),
        TarEntryType.Directory => MakeDirectory(entry, path),
        TarEntryType.Link => Parent.TryMakeLink(_name, entry.LinkName),
        TarEntryType.HardLink => MakeHardLink(entry),
        TarEntryType.CharacterDevice => MakeNode(entry, FileKind.CharacterDevice),
        TarEntryType.BlockDevice => MakeNode(entry, FileKind.BlockDevice),
        TarEntryType.Fifo => MakeNode(entry, FileKind.Fifo),
        _ => Errno.EINVAL,
    };

    private int MakeNode(TarEntry entry, FileKind kind) =>
        Parent.TryMakeNode(_name, kind, Octal.O600, entry.DeviceMajor, entry.DeviceMinor);

    private int MakeDirectory(TarEntry entry, byte[] path)
    {
        int errno = Parent.TryMakeDirectory(_name, Octal.O700);
        if (errno == 0) errno = Parent.TryOpen(_name, out DirectoryHandle? directory) is var refused and not 0 ? refused : Push(directory!);
        return errno;

        int Push(DirectoryHandle made)
        {
            _open.Push((made, path, entry));
            return 0;
        }
    }

    private int MakeHardLink(TarEntry entry)
    {
        int errno = root.TryOpenInRoot(LayerPath.Parent(entry.LinkName), out DirectoryHandle? directory);
        if (errno != 0) return errno;
        using (directory) return Parent.TryMakeHardLink(_name, directory!, LayerPath.Base(entry.LinkName));
    }

    /// <summary>Leaves directories until the open one is this.</summary>
    private void Enter(ReadOnlySpan<byte> path)
    {
        while (_open.Count > 0 && !path.SequenceEqual(_open.Peek().Path))
        {
            (DirectoryHandle directory, _, TarEntry entry) = _open.Pop();
            using (directory)
            {
                _attributes.SetAttributes(directory, [], entry);
                Check(directory.TrySetTime([], entry.Modified), "set time of");
            }
        }
        if (_open.Count == 0 && !path.IsEmpty) throw new KernelException("open directory", Errno.ENOENT, PathBytes.Show(path));
    }

    private void Check(int errno, string step)
    {
        if (errno != 0) throw new KernelException(step, errno, _entry?.ShownName);
    }
}
