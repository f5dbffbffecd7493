using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Init;

/// <summary>A tmpfs that starts with the image's content (option <c>tmpcopyup</c>).</summary>
internal static class CopiedUpTmpfs
{
    internal static void Mount(SafeFileDescriptor root, SafeFileDescriptor target, OciMount mount, MountOptions options)
    {
        IEnumerable<KeyValuePair<string, string?>> data = (options.Data ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static option =>
        {
            int equals = option.IndexOf('=');
            return KeyValuePair.Create(equals < 0 ? option : option[..equals], equals < 0 ? null : option[(equals + 1)..]);
        });
        using SafeFileDescriptor tmpfs = DetachedMount.Create("tmpfs", data, options.Set & ~MountAttributes.ReadOnly);
        Copy(target.ProcPath, tmpfs.ProcPath);
        if (options.Set.HasFlag(MountAttributes.ReadOnly)) DetachedMount.SetAttributes(tmpfs, MountAttributes.ReadOnly, 0, recursive: false, mount.Destination);
        DetachedMount.Attach(tmpfs, target, mount.Destination);
    }

    // Links are copied as they are and never followed: the tree is the image's.
    private static void Copy(string from, string to)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            string copy = $"{to}/{entry.Name}";
            if (entry.LinkTarget is { } link) File.CreateSymbolicLink(copy, link);
            else if (entry is DirectoryInfo)
            {
                Directory.CreateDirectory(copy, entry.UnixFileMode);
                Copy(entry.FullName, copy);
            }
            else if ((entry.Attributes & FileAttributes.Device) == 0) File.Copy(entry.FullName, copy);
        }
    }
}
