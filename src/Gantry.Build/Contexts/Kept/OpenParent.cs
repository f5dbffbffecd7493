using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Contexts.Kept;

/// <summary>The directory that a path is in, kept open: paths come in runs.</summary>
/// <param name="root">Stays the caller's.</param>
internal sealed class OpenParent(DirectoryHandle root) : IDisposable
{
    private DirectoryHandle? _open;
    private byte[] _path = [];

    /// <returns>Valid until the next call.</returns>
    public DirectoryHandle Of(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> parent = LayerPath.Parent(path);
        if (parent.IsEmpty) return root;
        if (_open is not null && parent.SequenceEqual(_path)) return _open;
        Close();
        if (root.TryOpenInRoot(parent, out _open) is var errno and not 0)
            throw new KernelException("open directory", errno, PathBytes.Show(parent));
        _path = parent.ToArray();
        return _open!;
    }

    /// <summary>It may have gone.</summary>
    public void Close()
    {
        _open?.Dispose();
        _open = null;
    }

    public void Dispose() => Close();
}
