using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Mounts;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Runtime.Init;

/// <summary>A tmpfs that starts with the image's content (option <c>tmpcopyup</c>).</summary>
internal static class CopiedUpTmpfs
{
    private const int MaxDepth = 200;

    public static void Mount(SafeFileDescriptor target, OciMount mount, MountOptions options)
    {
        IEnumerable<KeyValuePair<string, string?>> data = (options.Data ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(static option =>
        {
            int equals = option.IndexOf('=');
            return KeyValuePair.Create(equals < 0 ? option : option[..equals], equals < 0 ? null : option[(equals + 1)..]);
        });
        using SafeFileDescriptor tmpfs = DetachedMount.Create("tmpfs", data, options.Set);
        using (DirectoryHandle from = DirectoryHandle.Open(target.ProcPath))
            using (DirectoryHandle to = DirectoryHandle.Open(tmpfs.ProcPath))
        {
            Copy(from, to, mount.Destination, 0);
            Check(from.TryStatus([], out FileStatus status), mount.Destination);
            // It belongs to root as every fresh tmpfs; an option for its mode counts more than what the image has.
            if (options.Data?.Contains("mode=", StringComparison.Ordinal) != true) Check(to.TrySetMode([], status.Mode), mount.Destination);
        }
        DetachedMount.Attach(tmpfs, target, mount.Destination);
    }

    // Name by name below open directories, because we are still in the host's tree:
    // a link that somebody puts in a directory's place meanwhile must lead nowhere. What is neither file, directory nor link stays behind.
    private static void Copy(DirectoryHandle from, DirectoryHandle to, string shown, int depth)
    {
        if (depth > MaxDepth) throw new KernelException("copy up", Errno.ENAMETOOLONG, shown);
        foreach (DirectoryEntry entry in from.Entries())
        {
            string path = $"{shown}/{PathBytes.Show(entry.Name)}";
            Check(from.TryStatus(entry.Name, out FileStatus status), path);
            if (status.Kind == FileKind.Link) Check(to.TryMakeLink(entry.Name, from.ReadLink(entry.Name) ?? []), path);
            else if (status.Kind == FileKind.Directory) CopyDirectory(from, to, entry.Name, path, depth);
            else if (status.Kind != FileKind.Regular || !TryCopyFile(from, to, entry.Name, path)) continue;
            Check(to.TrySetOwner(entry.Name, status.Uid, status.Gid), path);
            if (status.Kind != FileKind.Link) Check(to.TrySetMode(entry.Name, status.Mode), path);
            Check(to.TrySetTime(entry.Name, status.Modified), path);
        }
    }

    private static void CopyDirectory(DirectoryHandle from, DirectoryHandle to, byte[] name, string path, int depth)
    {
        Check(from.TryOpen(name, out DirectoryHandle? source), path);
        using (source)
        {
            Check(to.TryMakeDirectory(name, Octal.O700), path);
            Check(to.TryOpen(name, out DirectoryHandle? copy), path);
            using (copy) Copy(source!, copy!, path, depth + 1);
        }
    }

    // False: something else has taken its place by now.
    private static bool TryCopyFile(DirectoryHandle from, DirectoryHandle to, byte[] name, string path)
    {
        Check(from.TryOpenFile(name, out SafeFileHandle? source), path);
        using (source)
        {
            if (Gantry.Linux.Files.FileNature.KindOf(source!) != FileKind.Regular) return false;
            Check(to.TryCreate(name, Octal.O600, out FileWriter? copy), path);
            using (copy) Check(copy!.TryCopyFrom(source!), path);
            return true;
        }
    }

    private static void Check(int errno, string path)
    {
        if (errno != 0) throw new KernelException("copy up", errno, path);
    }
}
