using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Init;

/// <summary>What the container sees of control groups: its own directory of each hierarchy, and nothing above.</summary>
internal sealed class CgroupMount(MountTargets targets, InitRequest request)
{
    public void Run(OciMount mount, MountOptions options)
    {
        using SafeFileDescriptor target = targets.Open(mount, directory: true);
        if (request.Cgroups.Count > 0) VersionOne(target, mount, options);
        else if (!TryUnified(target, mount, options)) BindUnified(target, mount, options);
    }

    private static bool TryUnified(SafeFileDescriptor target, OciMount mount, MountOptions options)
    {
        try
        {
            Mount.FileSystem("cgroup", target.ProcPath, "cgroup2", options.Flags, options.Data, mount.Destination);
            return true;
        }
        catch (KernelException e) when (e.Errno is Errno.EPERM or Errno.EBUSY)
        {
            return false;
        }
    }

    // In a user namespace without a cgroup namespace of its own, or over the host's /sys, the hierarchy cannot be mounted, but shown.
    private void BindUnified(SafeFileDescriptor target, OciMount mount, MountOptions options)
    {
        bool own = request.UnifiedCgroup.Length > 0;
        using SafeFileDescriptor tree = DetachedMount.Clone(own ? request.UnifiedCgroup : CgroupHost.UnifiedRoot, recursive: !own);
        DetachedMount.SetAttributes(tree, options.Set, options.Clear, recursive: !own, mount.Destination);
        DetachedMount.Attach(tree, target, mount.Destination);
    }

    // tmpfs
    //  ├─ memory       the container's directory of that hierarchy
    //  ├─ cpu,cpuacct  likewise, of hierarchies with several controllers
    //  └─ cpu          a link to cpu,cpuacct, where the host has one
    private void VersionOne(SafeFileDescriptor target, OciMount mount, MountOptions options)
    {
        using SafeFileDescriptor tmpfs =
            DetachedMount.Create("tmpfs", [new("mode", "755"), new("source", "tmpfs")], options.Set & ~MountAttributes.ReadOnly);
        DetachedMount.Attach(tmpfs, target, mount.Destination);
        foreach (CgroupDirectory directory in request.Cgroups)
        {
            Node.MakeDirectory(tmpfs, directory.MountName, Octal.O755);
            using SafeFileDescriptor place = LinuxFile.OpenAt(tmpfs, directory.MountName, OpenFlags.Path | OpenFlags.Directory);
            using SafeFileDescriptor tree = DetachedMount.Clone(directory.Path, recursive: false);
            DetachedMount.SetAttributes(tree, options.Set, options.Clear, recursive: false, mount.Destination);
            DetachedMount.Attach(tree, place, mount.Destination);
            foreach (string name in directory.Names)
                if (name != directory.MountName && directory.Names.Count > 1) Node.Link(directory.MountName, tmpfs, name);
        }
        if (options.Set.HasFlag(MountAttributes.ReadOnly))
            DetachedMount.SetAttributes(tmpfs, MountAttributes.ReadOnly, 0, recursive: false, mount.Destination);
    }
}
