using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Layers;

/// <summary>Follows symbolic links below a root by hand, to learn where a name leads;
/// opening what it led to is confined again by whoever opens.</summary>
public static class LinkResolution
{
    private const int MaxLinks = 255;

    /// <summary>The name without links on its way, from the root and without a slash in front.
    /// What does not exist is taken as it is written.</summary>
    /// <param name="followLast">Also the last part.</param>
    /// <exception cref="KernelException">ELOOP; or a directory on the way cannot be opened.</exception>
    public static byte[] Resolve(DirectoryHandle root, ReadOnlySpan<byte> path, bool followLast)
    {
        List<byte[]> done = [];
        Stack<byte[]> left = new();
        Push(left, path);
        for (int links = 0; left.TryPop(out byte[]? part);)
        {
            if (part.AsSpan().SequenceEqual(".."u8))
            {
                if (done.Count > 0) done.RemoveAt(done.Count - 1);
                continue;
            }
            byte[]? target = left.Count > 0 || followLast ? LinkAt(root, Join(done), part) : null;
            if (target is null)
            {
                done.Add(part);
                continue;
            }
            if (++links > MaxLinks) throw new KernelException("resolve", Errno.ELOOP, PathBytes.Show(path));
            if (target.AsSpan().StartsWith("/"u8)) done.Clear();
            Push(left, target);
        }
        return Join(done);
    }

    private static void Push(Stack<byte[]> parts, ReadOnlySpan<byte> path)
    {
        List<byte[]> added = [];
        foreach (Range range in path.Split((byte)'/'))
            if (path[range] is { IsEmpty: false } part && !part.SequenceEqual("."u8)) added.Add(part.ToArray());
        for (int i = added.Count - 1; i >= 0; i--) parts.Push(added[i]);
    }

    private static byte[]? LinkAt(DirectoryHandle root, byte[] directory, byte[] name)
    {
        if (root.TryOpenInRoot(directory, out DirectoryHandle? parent) != 0) return null;
        using (parent) return parent!.ReadLink(name);
    }

    private static byte[] Join(List<byte[]> parts)
    {
        byte[] path = [];
        foreach (byte[] part in parts) path = LayerPath.Join(path, part);
        return path;
    }
}
