using System.Collections.Concurrent;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>Frees the space of what was renamed aside, one tree at a time, behind the callers' backs;
/// for who waits, on his thread.</summary>
/// <remarks>Names that begin with <c>rm-</c> or <c>tmp-</c> belong to it; what a process leaves there, the next one removes.</remarks>
internal sealed class Trash : IDisposable
{
    public const string Removed = "rm-", Temporary = "tmp-";

    /// <summary>What has gone by itself.</summary>
    public static readonly RemovedTree Nothing = new NoTree();

    private readonly DirectoryHandle _root;
    private readonly string _path;
    private readonly ConcurrentQueue<Tree> _trees = new();
    private readonly Lock _worker = new();
    private bool _working;
    /// <summary>Trees that are being removed now.</summary>
    private int _busy;
    private readonly CancellationTokenSource _leaving = new();

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
    /// <returns>Null when there is no such name.</returns>
    public RemovedTree? Discard(string name)
    {
        string aside = NewName(Removed);
        int errno = _root.TryRename(PathBytes.Of(name), _root, PathBytes.Of(aside));
        if (errno == Errno.ENOENT) return null;
        if (errno != 0) throw new KernelException("rename", errno, Path.Combine(_path, name));
        return Remove(aside);
    }

    /// <summary>Gives what was made under a temporary name its own.</summary>
    public void Rename(string temporary, string name)
    {
        int errno = _root.TryRename(PathBytes.Of(temporary), _root, PathBytes.Of(name));
        if (errno != 0) throw new KernelException("rename", errno, Path.Combine(_path, temporary), name);
    }

    /// <summary>For a name that is trash already.</summary>
    public RemovedTree Remove(string name)
    {
        Tree tree = new(this, name);
        _trees.Enqueue(tree);
        lock (_worker)
        {
            if (_working || _leaving.IsCancellationRequested) return tree;
            _working = true;
        }
        // Not the pool's: on two cores it has two, and everybody's requests wait for them.
        new Thread(Work) { IsBackground = true, Name = "trash" }.Start();
        return tree;
    }

    private void Work()
    {
        while (true)
        {
            while (!_leaving.IsCancellationRequested && _trees.TryDequeue(out Tree? tree)) tree.TryTake();
            lock (_worker)
            {
                if (!_trees.IsEmpty && !_leaving.IsCancellationRequested) continue;
                _working = false;
                return;
            }
        }
    }

    private void RemoveNow(string name)
    {
        lock (_worker)
        {
            if (_leaving.IsCancellationRequested) return;
            _busy++;
        }
        try
        {
            TreeRemoval.Remove(_root, PathBytes.Of(name), _leaving.Token);
        }
        catch (OperationCanceledException)
        {
            // The next start goes on with it.
        }
        catch (KernelException e)
        {
            Failed?.Invoke($"{Path.Combine(_path, name)} was not removed: {e.Message}");
        }
        finally
        {
            lock (_worker) _busy--;
        }
    }

    /// <summary>Removals that are under way end with the file that they are at; the rest is left to the next start.</summary>
    public void Dispose()
    {
        lock (_worker) _leaving.Cancel();
        SpinWait.SpinUntil(() => { lock (_worker) return !_working && _busy == 0; });
        _root.Dispose();
    }

    /// <summary>Removed by whoever comes first: the worker, behind others, or who waits for it.</summary>
    private sealed class Tree(Trash trash, string name) : RemovedTree
    {
        private readonly ManualResetEventSlim _gone = new();
        private int _taken;

        public bool TryTake()
        {
            if (Interlocked.Exchange(ref _taken, 1) != 0) return false;
            try
            {
                trash.RemoveNow(name);
            }
            finally
            {
                _gone.Set();
            }
            return true;
        }

        public override void Free()
        {
            if (!TryTake()) _gone.Wait();
        }
    }

    private sealed class NoTree : RemovedTree
    {
        public override void Free()
        {
        }
    }
}
