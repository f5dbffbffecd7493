using Gantry.Build.Transfer;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Microsoft.Win32.SafeHandles;

namespace Gantry.BuildKit.Results;

/// <summary>The files of trees: what is told of each, in the order of the protocol, and what is in them.</summary>
/// <param name="trees">Of a build: hostile, and nobody changes them.</param>
internal sealed class FileTeller(IReadOnlyList<NamedTree> trees)
{
    private const int PieceSize = 32 << 10, MaxDepth = 1024;

    private readonly List<(DirectoryHandle Root, byte[] Path)?> _contents = [];
    private readonly HashSet<uint> _claimed = [];
    private readonly Lock _gate = new();

    public IEnumerable<FileStat> Tell()
    {
        foreach (NamedTree tree in trees.OrderBy(tree => tree.Name, StringComparer.Ordinal))
        {
            byte[] name = ByteText.Bytes(tree.Name);
            if (name.Length > 0) yield return Top(tree.Root, name);
            foreach (FileStat stat in Tell(new Place(tree.Root, name), tree.Root, [], 0)) yield return stat;
        }
    }

    /// <returns>False for what has no content, was not told, or was claimed already.</returns>
    public bool Claim(uint id)
    {
        lock (_gate)
        {
            if (id >= _contents.Count || _contents[(int)id] is null) return false;
            return _claimed.Add(id);
        }
    }

    /// <summary>The content of one that was claimed, piece by piece; each is valid until the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read(uint id)
    {
        byte[] buffer = new byte[PieceSize], path;
        DirectoryHandle root;
        lock (_gate) (root, path) = _contents[(int)id]!.Value;
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        int errno = root.TryOpenInRoot(path.AsSpan(0, Math.Max(slash, 0)), out DirectoryHandle? parent);
        if (errno != 0) throw new KernelException("open", errno, PathBytes.Show(path));
        using (parent)
        {
            errno = parent!.TryOpenFile(path.AsSpan(slash + 1), out SafeFileHandle? file);
            if (errno != 0) throw new KernelException("open", errno, PathBytes.Show(path));
            using (file)
            {
                long at = 0;
                for (int count; (count = RandomAccess.Read(file!, buffer, at)) > 0; at += count) yield return buffer.AsMemory(0, count);
            }
        }
    }

    /// <summary>A tree, and the directory that it is told as; empty for none.</summary>
    private sealed record Place(DirectoryHandle Root, byte[] Name);

    private FileStat Top(DirectoryHandle root, byte[] name)
    {
        int errno = root.TryStatus([], out FileStatus status);
        if (errno != 0) throw new KernelException("read status of", errno, PathBytes.Show(name));
        lock (_gate) _contents.Add(null);
        return new FileStat
        {
            Path = name, Mode = GoMode.Of(status.Kind, status.Mode), Uid = status.Uid, Gid = status.Gid, Target = [],
            Modified = FileStat.Nanoseconds(status.Modified),
        };
    }

    private IEnumerable<FileStat> Tell(Place place, DirectoryHandle directory, byte[] path, int depth)
    {
        if (depth > MaxDepth) throw GantryException.Invalid($"the result has directories that are nested more than {MaxDepth} deep");
        foreach (DirectoryEntry entry in directory.SortedEntries())
        {
            byte[] full = path.Length == 0 ? entry.Name : [.. path, (byte)'/', .. entry.Name];
            int errno = directory.TryStatus(entry.Name, out FileStatus status);
            if (errno != 0) throw new KernelException("read status of", errno, PathBytes.Show(full));
            if (status.Kind == FileKind.Socket) continue;
            lock (_gate) _contents.Add(status.Kind == FileKind.Regular ? (place.Root, full) : null);
            yield return new FileStat
            {
                Path = place.Name.Length == 0 ? full : [.. place.Name, (byte)'/', .. full], Mode = GoMode.Of(status.Kind, status.Mode),
                Uid = status.Uid, Gid = status.Gid,
                Size = status.Kind == FileKind.Regular ? status.Size : 0, Modified = FileStat.Nanoseconds(status.Modified),
                Target = status.Kind == FileKind.Link ? directory.ReadLink(entry.Name) ?? [] : [],
                DeviceMajor = status.DeviceMajor, DeviceMinor = status.DeviceMinor,
            };
            if (status.Kind != FileKind.Directory) continue;
            errno = directory.TryOpen(entry.Name, out DirectoryHandle? below);
            if (errno != 0) throw new KernelException("open", errno, PathBytes.Show(full));
            using (below)
                foreach (FileStat stat in Tell(place, below!, full, depth + 1)) yield return stat;
        }
    }
}
