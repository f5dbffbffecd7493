using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Mounts;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>The spec's mounts, in its order, each onto a target that is resolved inside the new root.</summary>
internal sealed class SpecMounts(SafeFileDescriptor root, InitRequest request, OciSpec spec)
{
    internal void MountAll()
    {
        foreach (OciMount mount in spec.Mounts ?? [])
        {
            try
            {
                MountOne(mount);
            }
            catch (KernelException e)
            {
                string message = $"error mounting \"{mount.Source ?? mount.Type}\" to rootfs at \"{mount.Destination}\": {e.Message}";
                throw new LaunchException(FailureStep.Mount, e.Errno, $"unable to start container process: error during container init: {message}");
            }
        }
    }

    private void MountOne(OciMount mount)
    {
        MountOptions options = new(mount.Options);
        if (options.Bind || mount.Type == "bind") BindMount(mount, options);
        else if (mount.Type is "cgroup" or "cgroup2") new CgroupMount(root, request).Run(mount, options);
        else NewFileSystem(mount, options);
    }

    private void BindMount(OciMount mount, MountOptions options)
    {
        string source = Path.GetFullPath(mount.Source ?? throw GantryException.Invalid($"bind mount {mount.Destination} has no source"), request.Bundle);
        using SafeFileDescriptor tree = DetachedMount.Clone(source, options.Recursive);
        using SafeFileDescriptor target = RootedPath.OpenOrCreate(root, mount.Destination, Directory.Exists(source));
        ApplyAttributes(tree, mount, options);
        DetachedMount.Attach(tree, target, mount.Destination);
        foreach (MountFlags propagation in options.Propagation) DetachedMount.SetPropagation(tree, propagation, mount.Destination);
    }

    private static void ApplyAttributes(SafeFileDescriptor tree, OciMount mount, MountOptions options)
    {
        if ((options.Set | options.Clear) != 0) DetachedMount.SetAttributes(tree, options.Set, options.Clear, recursive: false, mount.Destination);
        if ((options.RecursiveSet | options.RecursiveClear) != 0)
            DetachedMount.SetAttributes(tree, options.RecursiveSet, options.RecursiveClear, recursive: true, mount.Destination);
    }

    private void NewFileSystem(OciMount mount, MountOptions options)
    {
        string type = mount.Type ?? throw GantryException.Invalid($"mount {mount.Destination} has no type");
        // proc and sysfs over a link would let an image choose where they appear (CVE-2019-19921).
        if (type is "proc" or "sysfs") RefuseLink(mount.Destination);
        using SafeFileDescriptor target = RootedPath.OpenOrCreate(root, mount.Destination, directory: true);
        if (options.CopyUp && type == "tmpfs") CopiedUpTmpfs.Mount(root, target, mount, options);
        else Mount.FileSystem(mount.Source ?? type, target.ProcPath, type, options.Flags, options.Data, mount.Destination);
        if (options.Propagation.Count == 0 && options.RecursiveSet == 0) return;
        using SafeFileDescriptor mounted = RootedPath.Open(root, mount.Destination, OpenFlags.Path);
        if (options.RecursiveSet != 0) DetachedMount.SetAttributes(mounted, options.RecursiveSet, 0, recursive: true, mount.Destination);
        foreach (MountFlags propagation in options.Propagation) DetachedMount.SetPropagation(mounted, propagation, mount.Destination);
    }

    private void RefuseLink(string destination)
    {
        using SafeFileDescriptor? there = RootedPath.OpenIfThere(root, destination, OpenFlags.Path | OpenFlags.NoFollow);
        if (there is not null && !Directory.Exists(there.ProcPath)) throw new KernelException("mount onto", Errno.ENOTDIR, destination, hint: "must be a real directory");
    }
}
