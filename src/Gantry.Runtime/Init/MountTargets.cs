using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>Where in the new root a mount goes: opened inside it, and then judged by what was really opened.</summary>
/// <remarks>
/// procfs is where a container's limits are written and hidden, so nothing may stand in its place or in it (CVE-2019-16884,
/// CVE-2019-19921): only procfs goes onto <c>/proc</c>, and below it only onto the files that a container may be shown otherwise.
/// </remarks>
internal sealed class MountTargets(SafeFileDescriptor root)
{
    /// <summary>What lxcfs and the like replace.</summary>
    private static readonly string[] Replaceable =
    [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg",
        "/proc/slabinfo", "/proc/net/dev",
        "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    ];

    private readonly string _rootPath = LinuxFile.ReadLink(root.ProcPath).TrimEnd('/');

    /// <param name="source">What will be bound there; null for a new file system.</param>
    /// <exception cref="KernelException">ELOOP: procfs and sysfs do not follow links,
    /// by which an image would choose where they appear (CVE-2023-28642).</exception>
    public SafeFileDescriptor Open(OciMount mount, bool directory, SafeFileDescriptor? source = null)
    {
        bool links = source is not null || mount.Type is not ("proc" or "sysfs");
        SafeFileDescriptor target = RootedPath.OpenOrCreate(root, mount.Destination, directory, links: links);
        string place = Place(target, mount);
        if (place == "/proc" && !(source is null ? mount.Type == "proc" : FileNature.FileSystemOf(source) == FileNature.Proc))
            throw GantryException.Invalid($"mount destination {mount.Destination}: only procfs may be mounted onto /proc");
        if (place.StartsWith("/proc/", StringComparison.Ordinal) && !Replaceable.Contains(place))
            throw GantryException.Invalid($"mount destination {mount.Destination} is inside /proc, where nothing may be mounted");
        return target;
    }

    /// <summary>Opens what was just mounted onto the target, and not what has taken its name since (CVE-2021-30465).</summary>
    public SafeFileDescriptor OpenMounted(SafeFileDescriptor target, OciMount mount)
    {
        SafeFileDescriptor mounted = RootedPath.Open(root, mount.Destination, OpenFlags.Path);
        if (Place(mounted, mount) == Place(target, mount)) return mounted;
        mounted.Dispose();
        throw new KernelException("open mount", Errno.ESTALE, mount.Destination, hint: "its path was changed meanwhile");
    }

    // As seen from inside: the kernel's own name for it.
    private string Place(SafeFileDescriptor target, OciMount mount)
    {
        string path = LinuxFile.ReadLink(target.ProcPath);
        if (path.StartsWith(_rootPath, StringComparison.Ordinal) && (path.Length == _rootPath.Length || path[_rootPath.Length] == '/'))
            return path[_rootPath.Length..];
        throw new KernelException("open mount point", Errno.EXDEV, mount.Destination, hint: "it is outside of the root");
    }
}
