using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>The root: attached first, entered last.</summary>
internal static class RootFilesystem
{
    /// <returns>The root's directory, a mount of its own in this namespace.</returns>
    internal static SafeFileDescriptor Attach(InitRequest request, OciSpec spec)
    {
        Mount.SetPropagation("/", Propagation(spec.Linux?.RootfsPropagation));
        if (request.RootDescriptor >= 0)
        {
            SafeFileDescriptor detached = new(request.RootDescriptor);
            // A copy of a shared mount is its peer: pivot_root(2) would refuse it, and mounts below it would appear on the host.
            DetachedMount.SetPropagation(detached, MountFlags.Slave | MountFlags.Recursive, "/");
            // Any directory would do, but this one is in nobody's way; the root of a user namespace may not be let through to it.
            using SafeFileDescriptor target = LinuxFile.TryOpen(request.RootTarget, OpenFlags.Path | OpenFlags.Directory, out _) ?? LinuxFile.OpenDirectory("/tmp");
            DetachedMount.Attach(detached, target, request.RootTarget);
            return detached;
        }
        string path = Path.GetFullPath(spec.Root?.Path ?? throw GantryException.Invalid("the spec has no root"), request.Bundle);
        SafeFileDescriptor root = DetachedMount.Clone(path, recursive: true);
        using SafeFileDescriptor place = LinuxFile.OpenDirectory(path);
        DetachedMount.Attach(root, place, path);
        // pivot_root(2) refuses a shared parent, and the container's mounts shall not appear on the host.
        if (spec.Linux?.RootfsPropagation is "shared" or "rshared") DetachedMount.SetPropagation(place, MountFlags.Private, path);
        return root;
    }

    internal static void Enter(SafeFileDescriptor root, InitRequest request, OciSpec spec)
    {
        if (spec.Root?.Readonly == true) DetachedMount.SetAttributes(root, MountAttributes.ReadOnly, 0, recursive: false, "/");
        ThisProcess.ChangeDirectory(root, "root filesystem");
        if (!request.NewMount) ThisProcess.ChangeRoot(".");
        else if (request.NoPivot) MoveOverRoot();
        else Mount.PivotIntoWorkingDirectory();
        if (spec.Linux?.RootfsPropagation is "shared" or "rshared" or "unbindable" or "runbindable") Mount.SetPropagation("/", Propagation(spec.Linux.RootfsPropagation));
        ThisProcess.ChangeDirectory("/");
    }

    // For a root on initramfs, which pivot_root cannot put aside. The old root stays reachable to a process with CAP_SYS_CHROOT.
    private static void MoveOverRoot()
    {
        Mount.FileSystem(".", "/", "none", MountFlags.Move, null);
        ThisProcess.ChangeRoot(".");
    }

    private static MountFlags Propagation(string? name) => name switch
    {
        null or "" or "rslave" => MountFlags.Slave | MountFlags.Recursive,
        "slave" => MountFlags.Slave,
        "private" => MountFlags.Private,
        "rprivate" => MountFlags.Private | MountFlags.Recursive,
        "shared" => MountFlags.Shared,
        "rshared" => MountFlags.Shared | MountFlags.Recursive,
        "unbindable" => MountFlags.Unbindable,
        "runbindable" => MountFlags.Unbindable | MountFlags.Recursive,
        _ => throw GantryException.Invalid($"rootfsPropagation={name} is not supported"),
    };
}
