using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Snapshots;

/// <summary>Copies a tree with everything that a layer can hold.</summary>
internal static class TreeCopy
{
    public static void Check(int errno, string step, string path)
    {
        if (errno != 0) throw new KernelException(step, errno, path);
    }

    /// <summary>Makes <paramref name="target"/>, an existing empty directory, equal to <paramref name="source"/>.</summary>
    public static void Copy(string source, string target)
    {
        using DirectoryHandle from = DirectoryHandle.Open(source), to = DirectoryHandle.Open(target);
        Copy(from, to);
    }

    public static void Copy(DirectoryHandle source, DirectoryHandle target)
    {
        Copying copying = new(target);
        copying.CopyContent(source, target, [], 0);
        copying.CopyAttributes(source, [], target, []);
    }

    private sealed class Copying(DirectoryHandle root)
    {
        /// <summary>Two descriptors a level; as deep as a layer may be.</summary>
        private const int MaxDepth = 2048;
        /// <summary>By inode of the source: where its first name was copied to.</summary>
        private readonly Dictionary<ulong, byte[]> _linked = [];

        public void CopyContent(DirectoryHandle from, DirectoryHandle to, byte[] path, int depth)
        {
            if (depth > MaxDepth)
                throw GantryException.Invalid($"{PathBytes.Show(path)[..200]}…: directories are nested more than {MaxDepth} deep");
            foreach (DirectoryEntry entry in from.Entries())
            {
                byte[] name = entry.Name, full = path.Length == 0 ? name : [.. path, (byte)'/', .. name];
                Check(from.TryStatus(name, out FileStatus status), "read status of", full);
                if (status.Kind != FileKind.Directory && status.Links > 1 && TryLink(to, name, full, status.Inode)) continue;
                Make(from, to, name, full, status, depth);
                if (status.Kind == FileKind.Socket) continue;
                CopyAttributes(from, name, to, name);
            }
        }

        private bool TryLink(DirectoryHandle to, byte[] name, byte[] full, ulong inode)
        {
            if (_linked.TryAdd(inode, full)) return false;
            byte[] first = _linked[inode];
            Check(root.TryOpenInRoot(LayerPath.Parent(first), out DirectoryHandle? directory), "open directory of", first);
            using (directory) Check(to.TryMakeHardLink(name, directory!, LayerPath.Base(first)), "link", full);
            return true;
        }

        private void Make(DirectoryHandle from, DirectoryHandle to, byte[] name, byte[] full, FileStatus status, int depth)
        {
            switch (status.Kind)
            {
                case FileKind.Directory:
                    Check(to.TryMakeDirectory(name, Octal.O700), "make directory", full);
                    Check(from.TryOpen(name, out DirectoryHandle? source), "open directory", full);
                    using (source)
                    {
                        Check(to.TryOpen(name, out DirectoryHandle? target), "open directory", full);
                        using (target) CopyContent(source!, target!, full, depth + 1);
                    }
                    break;
                case FileKind.Regular:
                    Check(from.TryOpenFile(name, out Microsoft.Win32.SafeHandles.SafeFileHandle? content), "open", full);
                    using (content)
                    {
                        Check(to.TryCreate(name, Octal.O600, out FileWriter? file), "create", full);
                        using (file) Check(file!.TryCopyFrom(content!), "copy", full);
                    }
                    break;
                case FileKind.Link:
                    Check(to.TryMakeLink(name, from.ReadLink(name)), "make link", full);
                    break;
                case FileKind.Socket:
                    // Nobody listens on a copy.
                    break;
                default:
                    Check(to.TryMakeNode(name, status.Kind, Octal.O600, status.DeviceMajor, status.DeviceMinor), "make node", full);
                    break;
            }
        }

        /// <summary>Owner first: changing it clears set-user-ID and capabilities. Times last.</summary>
        public void CopyAttributes(DirectoryHandle from, ReadOnlySpan<byte> source, DirectoryHandle to, ReadOnlySpan<byte> name)
        {
            Check(from.TryStatus(source, out FileStatus status), "read status of", name);
            Check(to.TrySetOwner(name, status.Uid, status.Gid), "set owner of", name);
            if (status.Kind != FileKind.Link) Check(to.TrySetMode(name, status.Mode), "set mode of", name);
            foreach ((byte[] key, byte[] value) in from.Attributes(source))
                Check(to.TrySetAttribute(name, key, value), "set attribute of", name);
            Check(to.TrySetTime(name, status.Modified), "set time of", name);
        }

        private static void Check(int errno, string step, ReadOnlySpan<byte> path)
        {
            if (errno != 0) throw new KernelException(step, errno, PathBytes.Show(path));
        }
    }
}
