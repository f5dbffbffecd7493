using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Init;

/// <summary>What the container sees of control groups: its own directory of each hierarchy, and nothing above.</summary>
internal sealed class CgroupMount(MountTargets targets, InitRequest request)
{
    internal void Run(OciMount mount, MountOptions options)
    {
        using SafeFileDescriptor target = targets.Open(mount, directory: true);
        if (request.Cgroups.Count == 0) Mount.FileSystem("cgroup", target.ProcPath, "cgroup2", options.Flags, options.Data, mount.Destination);
        else VersionOne(target, mount, options);
    }

    // tmpfs
    //  ├─ memory       the container's directory of that hierarchy
    //  ├─ cpu,cpuacct  likewise, of hierarchies with several controllers
    //  └─ cpu          a link to cpu,cpuacct, where the host has one
    private void VersionOne(SafeFileDescriptor target, OciMount mount, MountOptions options)
    {
        using SafeFileDescriptor tmpfs = DetachedMount.Create("tmpfs", [new("mode", "755"), new("source", "tmpfs")], options.Set & ~MountAttributes.ReadOnly);
        DetachedMount.Attach(tmpfs, target, mount.Destination);
        foreach (CgroupDirectory directory in request.Cgroups)
        {
            Node.MakeDirectory(tmpfs, directory.MountName, 0x1ED);
            using SafeFileDescriptor place = LinuxFile.OpenAt(tmpfs, directory.MountName, OpenFlags.Path | OpenFlags.Directory);
            using SafeFileDescriptor tree = DetachedMount.Clone(directory.Path, recursive: false);
            DetachedMount.SetAttributes(tree, options.Set, options.Clear, recursive: false, mount.Destination);
            DetachedMount.Attach(tree, place, mount.Destination);
            foreach (string name in directory.Names)
                if (name != directory.MountName && directory.Names.Count > 1) Node.Link(directory.MountName, tmpfs, name);
        }
        if (options.Set.HasFlag(MountAttributes.ReadOnly)) DetachedMount.SetAttributes(tmpfs, MountAttributes.ReadOnly, 0, recursive: false, mount.Destination);
    }
}
