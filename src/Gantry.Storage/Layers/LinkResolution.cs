using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Layers;

/// <summary>Follows symbolic links below a root by hand, to learn where a name leads;
/// opening what it led to is confined again by whoever opens.</summary>
public static class LinkResolution
{
    private const int MaxLinks = 255;

    /// <summary>Names in all, those of links that were followed too: what somebody made up costs no more than one that is meant.</summary>
    private const int MaxNames = 1 << 16;

    /// <summary>The name without links on its way, from the root and without a slash in front.
    /// What does not exist is taken as it is written.</summary>
    /// <param name="followLast">Also the last part.</param>
    /// <exception cref="KernelException">ELOOP; ENAMETOOLONG.</exception>
    public static byte[] Resolve(DirectoryHandle root, ReadOnlySpan<byte> path, bool followLast)
    {
        using OpenPath done = new(root);
        Stack<byte[]> left = new();
        Push(left, path);
        int links = 0, names = 0;
        while (left.TryPop(out byte[]? part))
        {
            if (++names > MaxNames) throw new KernelException("resolve", Errno.ENAMETOOLONG, Shown(path));
            if (part.AsSpan().SequenceEqual(".."u8))
            {
                done.Leave();
                continue;
            }
            byte[]? target = left.Count > 0 || followLast ? done.LinkAt(part) : null;
            if (target is null)
            {
                if (!done.TryEnter(part)) throw new KernelException("resolve", Errno.ENAMETOOLONG, Shown(path));
                continue;
            }
            if (++links > MaxLinks) throw new KernelException("resolve", Errno.ELOOP, Shown(path));
            if (target.AsSpan().StartsWith("/"u8)) done.Clear();
            Push(left, target);
        }
        return done.Join();
    }

    private static string Shown(ReadOnlySpan<byte> path) => PathBytes.Show(path[..Math.Min(path.Length, 256)]);

    private static void Push(Stack<byte[]> parts, ReadOnlySpan<byte> path)
    {
        List<byte[]> added = [];
        foreach (Range range in path.Split((byte)'/'))
            if (path[range] is { IsEmpty: false } part && !part.SequenceEqual("."u8)) added.Add(part.ToArray());
        for (int i = added.Count - 1; i >= 0; i--) parts.Push(added[i]);
    }

    /// <summary>The directories that were passed, each open from when it is asked for a link, so that a long path is walked once.</summary>
    private sealed class OpenPath(DirectoryHandle root) : IDisposable
    {
        /// <summary>Each level holds a descriptor; as deep as a layer may be.</summary>
        private const int MaxDepth = 2048;

        private readonly List<byte[]> _names = [];
        /// <summary>Of the first names; null where there is no such directory.</summary>
        private readonly List<DirectoryHandle?> _open = [];

        public bool TryEnter(byte[] name)
        {
            if (_names.Count == MaxDepth) return false;
            _names.Add(name);
            return true;
        }

        public void Leave()
        {
            if (_names.Count == 0) return;
            if (_open.Count == _names.Count) Close(_open.Count - 1);
            _names.RemoveAt(_names.Count - 1);
        }

        public void Clear()
        {
            Close(0);
            _names.Clear();
        }

        public byte[]? LinkAt(byte[] name)
        {
            while (_open.Count < _names.Count)
            {
                DirectoryHandle? below = null;
                (_open.Count == 0 ? root : _open[^1])?.TryOpenInRoot(_names[_open.Count], out below);
                _open.Add(below);
            }
            return (_open.Count == 0 ? root : _open[^1])?.ReadLink(name);
        }

        public byte[] Join()
        {
            using MemoryStream path = new();
            foreach (byte[] name in _names)
            {
                if (path.Length > 0) path.WriteByte((byte)'/');
                path.Write(name);
            }
            return path.ToArray();
        }

        private void Close(int first)
        {
            for (int i = first; i < _open.Count; i++) _open[i]?.Dispose();
            _open.RemoveRange(first, _open.Count - first);
        }

        public void Dispose() => Close(0);
    }
}
