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
    public static SafeFileDescriptor Attach(InitRequest request, OciSpec spec)
    {
        MountFlags propagation = Propagation(spec.Linux?.RootfsPropagation);
        // With a shared root the host's mounts stay what they are, so that a volume of it can be shared with the container in both
        // directions.
        bool shared = propagation.HasFlag(MountFlags.Shared);
        if (!shared)
            Mount.SetPropagation("/", (propagation.HasFlag(MountFlags.Private) ? MountFlags.Private : MountFlags.Slave)
                | MountFlags.Recursive);
        string path = request.RootDescriptor >= 0 ? request.RootTarget
            : Path.GetFullPath(spec.Root?.Path ?? throw GantryException.Invalid("the spec has no root"), request.Bundle);
        SafeFileDescriptor root = request.RootDescriptor >= 0 ? new(request.RootDescriptor) : DetachedMount.Clone(path, recursive: true);
        // For a prepared root any directory would do, but its own is in nobody's way;
        // the root of a user namespace may not be let through to it.
        using SafeFileDescriptor? own = LinuxFile.TryOpen(path, OpenFlags.Path | OpenFlags.Directory, out _);
        using SafeFileDescriptor place = own ?? LinuxFile.OpenDirectory(request.RootDescriptor >= 0 ? "/tmp" : path);
        // pivot_root(2) refuses a shared parent, and the root would appear on the host.
        if (shared) Mount.MakeHolderPrivate(LinuxFile.ReadLink(place.ProcPath));
        // A copy of a shared mount is its peer: pivot_root(2) would refuse that too, and mounts below it would appear on the host.
        if (shared || request.RootDescriptor >= 0) DetachedMount.SetPropagation(root, MountFlags.Slave | MountFlags.Recursive, "/");
        DetachedMount.Attach(root, place, path);
        return root;
    }

    public static void Enter(SafeFileDescriptor root, InitRequest request, OciSpec spec)
    {
        if (spec.Root?.Readonly == true) DetachedMount.SetAttributes(root, MountAttributes.ReadOnly, 0, recursive: false, "/");
        MountFlags propagation = Propagation(spec.Linux?.RootfsPropagation);
        ThisProcess.ChangeDirectory(root, "root filesystem");
        if (!request.NewMount) ThisProcess.ChangeRoot(".");
        else if (request.NoPivot) MoveOverRoot(root);
        else Mount.PivotIntoWorkingDirectory(propagation.HasFlag(MountFlags.Shared));
        if ((propagation & (MountFlags.Shared | MountFlags.Unbindable)) != 0) Mount.SetPropagation("/", propagation);
        ThisProcess.ChangeDirectory("/");
    }

    // For a root on initramfs, which pivot_root cannot put aside. The old root stays reachable to a process with CAP_SYS_CHROOT.
    private static void MoveOverRoot(SafeFileDescriptor root)
    {
        HiddenKernelViews.Apply(LinuxFile.ReadLink(root.ProcPath));
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
