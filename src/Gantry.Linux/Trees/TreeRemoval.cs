namespace Gantry.Linux.Trees;

/// <summary>Removes a whole tree, whatever is in it: names that are no text, no permission for the owner, any depth.</summary>
public static class TreeRemoval
{
    /// <summary>Directories held open at a time; what lies deeper is first moved up.</summary>
    private const int MaxDepth = 100;

    /// <summary>Removes what <paramref name="name"/> names in <paramref name="parent"/>; that nothing does is fine. Links are not followed.</summary>
    /// <exception cref="KernelException">Something would not go; the rest that could be reached before it is gone.</exception>
    public static void Remove(DirectoryHandle parent, ReadOnlySpan<byte> name)
    {
        int errno = parent.TryRemoveFile(name);
        if (errno is 0 or Errno.ENOENT) return;
        if (errno is not (Errno.EISDIR or Errno.EPERM)) throw Failed(errno, name);
        Removal removal = new(parent);
        removal.Run(name);
    }

    private static KernelException Failed(int errno, ReadOnlySpan<byte> name) => new("remove", errno, PathBytes.Show(name));

    private sealed class Removal(DirectoryHandle top)
    {
        private readonly Queue<byte[]> _raised = new();
        private int _moved;

        public void Run(ReadOnlySpan<byte> name)
        {
            RemoveDirectory(top, name, 0);
            while (_raised.TryDequeue(out byte[]? raised)) RemoveDirectory(top, raised, 0);
        }

        private void RemoveDirectory(DirectoryHandle parent, ReadOnlySpan<byte> name, int depth)
        {
            int errno = parent.TryRemoveDirectory(name);
            if (errno is 0 or Errno.ENOENT) return;
            if (errno is not (Errno.ENOTEMPTY or Errno.EEXIST)) throw Failed(errno, name);
            if (depth == MaxDepth)
            {
                byte[] raised = PathBytes.Of($"rm-deep-{Environment.ProcessId:x}-{Environment.CurrentManagedThreadId:x}-{_moved++:x}");
                int refused = parent.TryRename(name, top, raised);
                // The top is in another subvolume: nothing is moved out of this one, so it starts anew from here.
                if (refused == Errno.EXDEV) Remove(parent, name);
                else if (refused != 0) throw Failed(refused, name);
                else _raised.Enqueue(raised);
                return;
            }
            errno = parent.TryOpen(name, out DirectoryHandle? directory);
            if (errno != 0) throw Failed(errno, name);
            using (directory)
            {
                // A layer of the btrfs driver lies that deep; what containers make further down goes name by name.
                if (depth <= 1 && directory!.TryStatus([], out FileStatus status) == 0 && status.Inode == Subvolume.TopInode && parent.TryDestroySubvolume(name) == 0) return;
                Empty(directory!, depth);
            }
            errno = parent.TryRemoveDirectory(name);
            if (errno is not (0 or Errno.ENOENT)) throw Failed(errno, name);
        }

        private void Empty(DirectoryHandle directory, int depth)
        {
            foreach (DirectoryEntry entry in directory.Entries())
            {
                if (entry.Kind != FileKind.Directory)
                {
                    int errno = directory.TryRemoveFile(entry.Name);
                    if (errno is 0 or Errno.ENOENT) continue;
                    if (errno is not (Errno.EISDIR or Errno.EPERM)) throw Failed(errno, entry.Name);
                }
                RemoveDirectory(directory, entry.Name, depth + 1);
            }
        }
    }
}
