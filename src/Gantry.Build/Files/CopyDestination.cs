using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Build.Files;

/// <summary>The directories that a copy finds or has to make on the way to its destination, and their times.</summary>
/// <remarks>Those that were there look afterwards as they did, or the same build would not give the same layer twice.</remarks>
/// <param name="own"><inheritdoc cref="CopyOptions.Own" path="/summary"/></param>
internal sealed class CopyDestination(DirectoryHandle root, (uint User, uint Group) owner, uint mode = Octal.O755,
    DirectoryHandle? own = null)
{
    private readonly HashSet<string> _fresh = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileTime> _found = new(StringComparer.Ordinal);
    private readonly List<byte[]> _made = [];

    public DirectoryHandle Root => root;

    /// <summary>Where a path leads, without links; what is missing is taken as it is written.</summary>
    public byte[] Resolve(string path) => LinkResolution.Resolve(root, PathBytes.Of(path), followLast: true);

    /// <returns>Null where nothing is, nor can be.</returns>
    public FileKind? KindOf(byte[] path)
    {
        if (path.Length == 0) return FileKind.Directory;
        int errno = root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent);
        FileStatus status = default;
        if (errno == 0)
            using (parent) errno = parent!.TryStatus(LayerPath.Base(path), out status);
        return errno switch
        {
            0 => status.Kind,
            Errno.ENOENT or Errno.ENOTDIR => null,
            _ => throw Refused("find", errno, path),
        };
    }

    /// <summary>Opens a directory in which something will change.</summary>
    public DirectoryHandle Open(byte[] path)
    {
        int errno = root.TryOpenInRoot(path, out DirectoryHandle? directory);
        if (errno != 0) throw Refused("open directory", errno, path);
        Remember(directory!, path);
        return directory!;
    }

    /// <summary>A directory was made, and nothing in it has been looked for.</summary>
    public void AddFresh(byte[] path) => _fresh.Add(ByteText.Of(path));

    /// <summary>Opens a fresh directory as it lies in the overlay's own layer: to make a file there costs half of what it does through
    /// the overlay, which looks below and keeps an inode of its own.</summary>
    /// <remarks>
    /// What is mounted knows nothing of what is in such a directory, and asks the layer when somebody looks for a file there.
    /// Nobody else has it mounted.
    /// Regular files alone: other kinds can mean something to an overlay.
    /// </remarks>
    /// <returns>Null where there is no such layer, or the directory was there before.</returns>
    public DirectoryHandle? OpenFresh(byte[] path)
    {
        if (own is null || !_fresh.Contains(ByteText.Of(path))) return null;
        int errno = own.TryOpenInRoot(path, out DirectoryHandle? directory);
        return errno == 0 ? directory : throw Refused("open directory", errno, path);
    }

    /// <summary>Makes it where it is missing, and those above it.</summary>
    public DirectoryHandle OpenOrMake(byte[] path)
    {
        int errno = root.TryOpenInRoot(path, out DirectoryHandle? directory);
        if (errno == 0) Remember(directory!, path);
        else if (errno == Errno.ENOENT) directory = Make(path);
        else throw Refused("mkdir", errno, path);
        return directory!;
    }

    private DirectoryHandle Make(byte[] path)
    {
        byte[] name = LayerPath.Base(path).ToArray();
        using DirectoryHandle parent = OpenOrMake(LayerPath.Parent(path).ToArray());
        int errno = parent.TryMakeDirectory(name, Octal.O700);
        DirectoryHandle? made = null;
        if (errno == 0) errno = parent.TryOpen(name, out made);
        if (errno == 0) errno = made!.TrySetOwner([], owner.User, owner.Group);
        if (errno == 0) errno = made!.TrySetMode([], mode);
        if (errno != 0) throw Refused("mkdir", errno, path);
        _made.Add(path);
        AddFresh(path);
        _found[ByteText.Of(path)] = default;
        return made!;
    }

    private void Remember(DirectoryHandle directory, byte[] path)
    {
        string key = ByteText.Of(path);
        if (_found.ContainsKey(key)) return;
        if (directory.TryStatus([], out FileStatus status) is var errno and not 0) throw Refused("read status of", errno, path);
        _found[key] = status.Modified;
    }

    /// <summary>Nothing changes in them any more.</summary>
    public void SetTimes(FileTime made)
    {
        foreach (byte[] path in _made) _found[ByteText.Of(path)] = made;
        foreach ((string path, FileTime time) in _found)
        {
            byte[] bytes = ByteText.Bytes(path);
            // Gone meanwhile: an archive may have put a file in its place.
            if (root.TryOpenInRoot(bytes, out DirectoryHandle? directory) != 0) continue;
            using (directory)
                if (directory!.TrySetTime([], time) is var errno and not 0) throw Refused("set time of", errno, bytes);
        }
    }

    /// <summary>What is in the way in an image is the author's to mend; what the disk or the kernel refuses is not.</summary>
    public static Exception Refused(string step, int errno, ReadOnlySpan<byte> path)
    {
        KernelException refused = new(step, errno, "/" + PathBytes.Show(path));
        return errno is Errno.ENOTDIR or Errno.ENAMETOOLONG or Errno.ELOOP or Errno.EINVAL
            ? GantryException.Invalid(refused.Message) : refused;
    }
}
