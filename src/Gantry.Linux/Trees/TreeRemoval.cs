using Gantry.Linux.Files;

namespace Gantry.Linux.Trees;

/// <summary>
/// Removes a whole tree, whatever is in it: names that are no text, no permission for the owner, any depth and width,
/// what was made immutable or append-only. What is mounted in it is somebody else's and stays.
/// </summary>
public static class TreeRemoval
{
    /// <summary>Directories held open at a time; what lies deeper is first moved up.</summary>
    private const int MaxDepth = 100;

    /// <summary>Removes what is at <paramref name="path"/>; that nothing is there is fine.</summary>
    /// <inheritdoc cref="Remove(DirectoryHandle, ReadOnlySpan{byte}, CancellationToken)"/>
    public static void Remove(string path, CancellationToken cancellation = default)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string parent = Path.GetDirectoryName(path) ?? throw new ArgumentException("is the root", nameof(path));
        if (FileNature.KindOf(parent) is null) return;
        using DirectoryHandle directory = DirectoryHandle.Open(parent);
        Remove(directory, PathBytes.Of(Path.GetFileName(path)), cancellation);
    }

    /// <summary>Removes what <paramref name="name"/> names in <paramref name="parent"/>; that nothing does is fine.
    /// Links are not followed.</summary>
    /// <exception cref="KernelException">Something would not go: the first such thing. All the rest is gone,
    /// and it may be tried again.</exception>
    /// <exception cref="OperationCanceledException">What is left is a tree as before, and may be removed later.</exception>
    public static void Remove(DirectoryHandle parent, ReadOnlySpan<byte> name, CancellationToken cancellation = default)
    {
        Removal removal = new(cancellation);
        removal.Run(parent, name);
        if (removal.Failure is { } failure) throw failure;
    }

    private sealed class Removal(CancellationToken cancellation)
    {
        private readonly byte[] _buffer = new byte[DirectoryHandle.EntriesBuffer];
        private readonly Queue<byte[]> _raised = new();
        /// <summary>The outermost directory that goes: what lies too deep is moved there,
        /// where nobody's name is in the way but this tree's own.</summary>
        private DirectoryHandle? _top;
        private int _moved;

        public KernelException? Failure { get; private set; }

        public bool Run(DirectoryHandle parent, ReadOnlySpan<byte> name) => RemoveEntry(parent, name, mayBeFile: true, depth: 0);

        private bool RemoveEntry(DirectoryHandle parent, ReadOnlySpan<byte> name, bool mayBeFile, int depth)
        {
            cancellation.ThrowIfCancellationRequested();
            int errno = mayBeFile ? parent.TryRemoveFile(name) : Errno.EISDIR;
            if (errno == Errno.EPERM && MakeChangeable(parent, name)) errno = parent.TryRemoveFile(name);
            if (errno is 0 or Errno.ENOENT) return true;
            bool isDirectory = errno == Errno.EISDIR
                || (errno == Errno.EPERM && parent.TryStatus(name, out FileStatus status) == 0 && status.Kind == FileKind.Directory);
            return isDirectory ? RemoveDirectory(parent, name, depth) : Failed(parent, name, errno);
        }

        private bool RemoveDirectory(DirectoryHandle parent, ReadOnlySpan<byte> name, int depth)
        {
            int errno = TryRemoveEmpty(parent, name);
            if (errno is 0 or Errno.ENOENT) return true;
            if (errno is not (Errno.ENOTEMPTY or Errno.EEXIST)) return Failed(parent, name, errno);
            if (depth == MaxDepth) return Raise(parent, name);
            errno = parent.TryOpenOnThisMount(name, out DirectoryHandle? directory);
            if (errno != 0) return Failed(parent, name, errno);
            using (directory)
            {
                // A layer of the btrfs driver lies that deep; what containers make further down goes name by name.
                if (depth <= 1 && directory!.TryStatus([], out FileStatus status) == 0 && status.Inode == Subvolume.TopInode
                    && parent.TryDestroySubvolume(name) == 0) return true;
                _top ??= directory;
                bool went;
                do
                {
                    went = Empty(directory!, depth) > 0;
                    while (directory == _top && _raised.TryDequeue(out byte[]? raised)) RemoveDirectory(directory!, raised, 1);
                    errno = TryRemoveEmpty(parent, name);
                }
                // Some file systems pass over names when others are removed between two readings: once more, until nothing goes any longer.
                while (went && errno is Errno.ENOTEMPTY or Errno.EEXIST);
            }
            return errno is 0 or Errno.ENOENT || Failed(parent, name, errno);
        }

        /// <returns>How many names went.</returns>
        private int Empty(DirectoryHandle directory, int depth)
        {
            int gone = 0;
            List<DirectoryEntry> entries = [];
            try
            {
                directory.Rewind();
                while (directory.ReadSome(_buffer, entries))
                {
                    foreach (DirectoryEntry entry in entries)
                        if (RemoveEntry(directory, entry.Name, entry.Kind != FileKind.Directory, depth + 1)) gone++;
                    entries.Clear();
                }
            }
            catch (KernelException e)
            {
                Failure ??= e;
            }
            return gone;
        }

        private bool Raise(DirectoryHandle parent, ReadOnlySpan<byte> name)
        {
            byte[] raised;
            int errno;
            do errno = parent.TryRename(name, _top!, raised = PathBytes.Of($"rm-deep-{_moved++:x}"));
            while (errno == Errno.EEXIST);
            if (errno == Errno.EPERM && (MakeChangeable(parent, name) | _top!.TryMakeChangeable([])))
                errno = parent.TryRename(name, _top!, raised);
            if (errno == 0) _raised.Enqueue(raised);
            if (errno is 0 or Errno.ENOENT) return true;
            if (errno != Errno.EXDEV) return Failed(parent, name, errno);
            // The top is in another subvolume: nothing is moved out of this one, so it starts anew from here.
            Removal inner = new(cancellation);
            if (inner.Run(parent, name)) return true;
            Failure ??= inner.Failure;
            return false;
        }

        private static int TryRemoveEmpty(DirectoryHandle parent, ReadOnlySpan<byte> name)
        {
            int errno = parent.TryRemoveDirectory(name);
            return errno == Errno.EPERM && MakeChangeable(parent, name) ? parent.TryRemoveDirectory(name) : errno;
        }

        /// <summary>A name goes when neither it nor the directory that has it is protected.</summary>
        private static bool MakeChangeable(DirectoryHandle parent, ReadOnlySpan<byte> name) =>
            parent.TryMakeChangeable([]) | parent.TryMakeChangeable(name);

        private bool Failed(DirectoryHandle parent, ReadOnlySpan<byte> name, int errno)
        {
            Failure ??= new KernelException("remove", errno, Where(parent, name),
                hint: errno is Errno.EBUSY or Errno.EXDEV ? "something is mounted there: unmount it first" : null);
            return false;
        }

        private static string Where(DirectoryHandle parent, ReadOnlySpan<byte> name)
        {
            try
            {
                return $"{LinuxFile.ReadLink(parent.ProcPath)}/{PathBytes.Show(name)}";
            }
            catch (KernelException)
            {
                // Deeper than a path can say.
                return PathBytes.Show(name);
            }
        }
    }
}
