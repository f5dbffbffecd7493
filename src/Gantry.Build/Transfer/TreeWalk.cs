using System.Collections.Concurrent;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>Reads the directories of a tree on all processors, and gives what is in them in order.</summary>
/// <param name="root">Stays the caller's.</param>
/// <param name="excluded">What is left out, as <c>.dockerignore</c> says it.</param>
/// <param name="only">What is meant alone; null for everything.</param>
internal sealed class TreeWalk(DirectoryHandle root, IgnorePatterns excluded, PathChoice? only, CancellationToken cancellation)
{
    /// <summary>Directories that nobody has read yet, the one that is wanted first on top.</summary>
    private readonly ConcurrentStack<WalkedDirectory> _waiting = new();
    private int _working;

    /// <summary>Begins; what is in the root is known by and by.</summary>
    public WalkedDirectory Start()
    {
        WalkedDirectory top = new([]);
        Add([top]);
        return top;
    }

    private void Add(WalkedDirectory[] directories)
    {
        _waiting.PushRange(directories);
        for (int i = 0; i < directories.Length && TryBegin(); i++) _ = Task.Run(Work, CancellationToken.None);
    }

    /// <summary>One for each processor; nobody waits for work, which would take the time of others: who finds none ends.</summary>
    private bool TryBegin()
    {
        if (Interlocked.Increment(ref _working) <= Environment.ProcessorCount) return true;
        Interlocked.Decrement(ref _working);
        return false;
    }

    private void Work()
    {
        do
        {
            while (_waiting.TryPop(out WalkedDirectory? directory))
            {
                try
                {
                    cancellation.ThrowIfCancellationRequested();
                    directory.Set(Read(directory));
                }
                catch (Exception e)
                {
                    // Who tells comes to it, or ends before that.
                    directory.Fail(e);
                }
            }
            Interlocked.Decrement(ref _working);
        }
        // Something may have come while this one ended.
        while (!_waiting.IsEmpty && TryBegin());
    }

    private List<WalkedFile> Read(WalkedDirectory place)
    {
        if (root.TryOpenInRoot(place.Path, out DirectoryHandle? directory) is var errno and not 0)
        {
            if (HasGone(errno)) return [];
            throw new KernelException("open directory", errno, PathBytes.Show(place.Path));
        }
        using (directory)
        {
            List<WalkedFile> files = [];
            List<WalkedDirectory> inside = [];
            foreach (DirectoryEntry entry in directory!.SortedEntries())
                if (Look(directory, place.Path, entry.Name) is { } file)
                {
                    files.Add(file);
                    if (file.Inside is not null) inside.Add(file.Inside);
                }
            // The first is wanted first.
            inside.Reverse();
            if (inside.Count > 0) Add([.. inside]);
            return files;
        }
    }

    /// <returns>Null for what is left out.</returns>
    private WalkedFile? Look(DirectoryHandle directory, byte[] place, byte[] name)
    {
        byte[] path = place.Length == 0 ? name : [.. place, (byte)'/', .. name];
        if (only is not null && !only.Contains(path)) return null;
        if (directory.TryStatus(name, out FileStatus status) is var errno and not 0)
        {
            if (HasGone(errno)) return null;
            throw new KernelException("read status of", errno, PathBytes.Show(path));
        }
        // Nobody listens on a copy.
        if (status.Kind == FileKind.Socket) return null;
        bool isWanted = excluded.IsEmpty || !excluded.IsExcluded(path), isDirectory = status.Kind == FileKind.Directory;
        if (!isWanted && !(isDirectory && excluded.MayIncludeBelow(ByteText.Of(path)))) return null;
        byte[] target = [];
        if (status.Kind == FileKind.Link)
        {
            if (directory.ReadLink(name) is not { } read) return null;
            target = read;
        }
        return new WalkedFile(name, status, isDirectory ? new WalkedDirectory(path) : null, isWanted)
        {
            Target = target, Attributes = status.Kind == FileKind.Regular ? Capabilities(directory, name) : [],
        };
    }

    /// <summary>The others are this host's own.</summary>
    private static IReadOnlyList<KeyValuePair<byte[], byte[]>> Capabilities(DirectoryHandle directory, byte[] name)
    {
        IReadOnlyList<KeyValuePair<byte[], byte[]>> all = directory.Attributes(name);
        return all.Count == 0 ? all : [.. all.Where(pair => pair.Key.AsSpan().SequenceEqual("security.capability"u8))];
    }

    /// <summary>What goes while it is read was not there; what cannot be read is not passed over.</summary>
    private static bool HasGone(int errno) => errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP;
}
