using System.Collections.Concurrent;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>Frees the space of what was renamed aside, one tree at a time, behind the callers' backs.</summary>
/// <remarks>Names that begin with <c>rm-</c> or <c>tmp-</c> belong to it; what a process leaves there, the next one removes.</remarks>
internal sealed class Trash : IDisposable
{
    public const string Removed = "rm-", Temporary = "tmp-";

    private readonly DirectoryHandle _root;
    private readonly string _path;
    private readonly ConcurrentQueue<string> _names = new();
    private readonly Lock _worker = new();
    private bool _working;
    private volatile bool _disposed;

    public Trash(string path)
    {
        _path = path;
        _root = DirectoryHandle.Open(path);
    }

    public static bool IsTrash(string name) =>
        name.StartsWith(Removed, StringComparison.Ordinal) || name.StartsWith(Temporary, StringComparison.Ordinal);

    public static string NewName(string prefix) => prefix + Guid.NewGuid().ToString("N")[..16];

    /// <summary>What could not be removed; it is tried again at the next start.</summary>
    public event Action<string>? Failed;

    /// <summary>Gets <paramref name="name"/> out of the way at once.</summary>
    /// <returns>False when there is no such name.</returns>
    public bool Discard(string name)
    {
        string aside = NewName(Removed);
        int errno = _root.TryRename(PathBytes.Of(name), _root, PathBytes.Of(aside));
        if (errno == Errno.ENOENT) return false;
        if (errno != 0) throw new KernelException("rename", errno, Path.Combine(_path, name));
        Remove(aside);
        return true;
    }

    /// <summary>Gives what was made under a temporary name its own.</summary>
    public void Rename(string temporary, string name)
    {
        int errno = _root.TryRename(PathBytes.Of(temporary), _root, PathBytes.Of(name));
        if (errno != 0) throw new KernelException("rename", errno, Path.Combine(_path, temporary), name);
    }

    /// <summary>For a name that is trash already.</summary>
    public void Remove(string name)
    {
        _names.Enqueue(name);
        lock (_worker)
        {
            if (_working || _disposed) return;
            _working = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static trash => trash.Work(), this, preferLocal: false);
    }

    private void Work()
    {
        while (true)
        {
            while (!_disposed && _names.TryDequeue(out string? name)) RemoveNow(name);
            lock (_worker)
            {
                if (!_names.IsEmpty && !_disposed) continue;
                _working = false;
                return;
            }
        }
    }

    private void RemoveNow(string name)
    {
        try
        {
            TreeRemoval.Remove(_root, PathBytes.Of(name));
        }
        catch (KernelException e)
        {
            Failed?.Invoke($"{Path.Combine(_path, name)} was not removed: {e.Message}");
        }
    }

    /// <summary>Ends after the tree that is being removed; the rest is left to the next start.</summary>
    public void Dispose()
    {
        _disposed = true;
        SpinWait.SpinUntil(() => { lock (_worker) return !_working; });
        _root.Dispose();
    }
}
