using Gantry.Linux.Files;

namespace Gantry.Linux.Mounts;

/// <summary>The null device: nodes of it that nobody else has, for who may change what he is given.</summary>
/// <remarks>
/// All nodes lead to the same device, but mode, owner and times belong to the node:
/// a container with the host's would change them for the host.
/// </remarks>
public static class NullDevice
{
    /// <summary>Below <see cref="TryMake"/>'s directory.</summary>
    public const string Name = "null";
    private const string HostsPath = "/dev/null";
    private const uint Major = 1, Minor = 3, Mode = Octal.O666;

    public static bool Is(SafeFileDescriptor file) => FileNature.IsCharacterDevice(file, Major, Minor);

    /// <summary>
    /// A new node, open for reading and writing; or the host's, for callers who may make none:
    /// in a container of theirs nobody has rights on that.
    /// </summary>
    public static SafeFileDescriptor Open() => TryOpen() ?? OpenHosts();

    /// <summary>The host's, for what stays on the host, and for an init that will open another.</summary>
    public static SafeFileDescriptor OpenHosts() => LinuxFile.Open(HostsPath, OpenFlags.ReadWrite);

    /// <returns>Null where the caller may make no device nodes: in a user namespace.</returns>
    public static SafeFileDescriptor? TryOpen()
    {
        using SafeFileDescriptor? directory = TryMake();
        return directory is null ? null : LinuxFile.OpenAt(directory, Name, OpenFlags.ReadWrite);
    }

    /// <summary>A detached mount with a new node and nothing else in it.</summary>
    /// <returns>As for <see cref="TryOpen"/>.</returns>
    public static SafeFileDescriptor? TryMake()
    {
        SafeFileDescriptor? directory = null;
        try
        {
            KeyValuePair<string, string?>[] options = [new("nr_blocks", "1"), new("nr_inodes", "2"), new("mode", "755")];
            directory = DetachedMount.Create("tmpfs", options, MountAttributes.NoSuid | MountAttributes.NoExecute);
            Node.Make(directory, Name, FileKind.CharacterDevice, Mode, Major, Minor);
            return directory;
        }
        catch (KernelException e) when (e.Errno is Errno.EPERM or Errno.EACCES)
        {
            directory?.Dispose();
            return null;
        }
    }

    /// <summary>The host's node, to be shown and not to be opened.</summary>
    /// <exception cref="KernelException">
    /// ENODEV: something else is in its place, and would be shown instead of nothing (CVE-2025-31133).
    /// </exception>
    public static SafeFileDescriptor HostsNode()
    {
        SafeFileDescriptor node = LinuxFile.Open(HostsPath, OpenFlags.Path | OpenFlags.NoFollow);
        if (Is(node)) return node;
        node.Dispose();
        throw new KernelException("mask", Errno.ENODEV, HostsPath, hint: "the host's /dev/null is not the null device");
    }
}
