using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Mounts;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>The spec's mounts, in its order, each onto a target that is resolved inside the new root.</summary>
internal sealed class SpecMounts(SafeFileDescriptor root, InitRequest request, OciSpec spec)
{
    private readonly MountTargets _targets = new(root);
    private readonly List<(SafeFileDescriptor Mount, string Destination)> _readOnlyLater = [];

    public void MountAll()
    {
        IReadOnlyList<OciMount> mounts = spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            OciMount mount = mounts[i];
            try
            {
                MountOne(mount, i);
            }
            catch (KernelException e)
            {
                string message = $"error mounting \"{mount.Source ?? mount.Type}\" to rootfs at \"{mount.Destination}\": {e.Message}";
                throw LaunchException.DuringInit(message, e.Errno, FailureStep.Mount);
            }
        }
    }

    /// <summary>The last step: until then devices, mount points and directories are made in them.</summary>
    public void MakeReadOnly()
    {
        foreach ((SafeFileDescriptor mount, string destination) in _readOnlyLater)
            using (mount) DetachedMount.SetAttributes(mount, MountAttributes.ReadOnly, 0, recursive: false, destination);
        _readOnlyLater.Clear();
    }

    private void MountOne(OciMount mount, int index)
    {
        MountOptions options = new(mount.Options);
        if (options.Remount) ChangeMount(mount, options);
        else if (options.Bind || mount.Type == "bind") BindMount(mount, options, index);
        else if (mount.Type is "cgroup" or "cgroup2") new CgroupMount(_targets, request).Run(mount, options);
        else NewFileSystem(mount, options);
    }

    private void BindMount(OciMount mount, MountOptions options, int index)
    {
        using SafeFileDescriptor tree = Source(mount, options, index);
        using SafeFileDescriptor target = _targets.Open(mount, FileNature.KindOf(tree) == FileKind.Directory, tree);
        ApplyAttributes(tree, mount, options);
        DetachedMount.Attach(tree, target, mount.Destination);
        foreach (MountFlags propagation in options.Propagation) DetachedMount.SetPropagation(tree, propagation, mount.Destination);
    }

    private SafeFileDescriptor Source(OciMount mount, MountOptions options, int index)
    {
        foreach (MountSource opened in request.MountSources)
            if (opened.Index == index) return Part(new SafeFileDescriptor(opened.Descriptor), opened.Path, mount.Destination);
        string source = Path.GetFullPath(mount.Source ?? throw GantryException.Invalid($"bind mount {mount.Destination} has no source"),
            request.Bundle);
        return DetachedMount.Clone(source, options.Recursive);
    }

    // Of a mount that is in no namespace, Linux before 6.15 copies no part: for that long it lies over the root, which everybody here has
    // as a descriptor.
    private SafeFileDescriptor Part(SafeFileDescriptor tree, string path, string destination)
    {
        if (path.Length == 0) return tree;
        using (tree)
        {
            DetachedMount.Attach(tree, root, destination);
            try
            {
                using SafeFileDescriptor part = RootedPath.Open(tree, path, OpenFlags.Path);
                return DetachedMount.Clone(part, recursive: false);
            }
            finally
            {
                Mount.Unmount(tree.ProcPath);
            }
        }
    }

    // "remount" means what is there already: its attributes alone with "bind", else its file system's options too.
    private void ChangeMount(OciMount mount, MountOptions options)
    {
        using SafeFileDescriptor there = RootedPath.Open(root, mount.Destination, OpenFlags.Path);
        if (!options.Bind)
            Mount.FileSystem(mount.Source, there.ProcPath, mount.Type ?? "none", options.Flags | MountFlags.Remount, options.Data,
                mount.Destination);
        ApplyAttributes(there, mount, options);
        foreach (MountFlags propagation in options.Propagation) DetachedMount.SetPropagation(there, propagation, mount.Destination);
    }

    private static void ApplyAttributes(SafeFileDescriptor tree, OciMount mount, MountOptions options)
    {
        if ((options.Set | options.Clear) != 0)
            DetachedMount.SetAttributes(tree, options.Set, options.Clear, recursive: false, mount.Destination);
        if ((options.RecursiveSet | options.RecursiveClear) != 0)
            DetachedMount.SetAttributes(tree, options.RecursiveSet, options.RecursiveClear, recursive: true, mount.Destination);
    }

    private void NewFileSystem(OciMount mount, MountOptions options)
    {
        string type = mount.Type ?? throw GantryException.Invalid($"mount {mount.Destination} has no type");
        using SafeFileDescriptor target = _targets.Open(mount, directory: true);
        // A fresh one is empty: what else is to be in it could not be made.
        bool later = type == "tmpfs" && options.Set.HasFlag(MountAttributes.ReadOnly);
        if (later) options.LeaveWritable();
        if (options.CopyUp && type == "tmpfs") CopiedUpTmpfs.Mount(target, mount, options);
        else if (!TryMount(mount, type, target, options)) KernelView.Bind(type, target, options, mount.Destination);
        if (!later && options.Propagation.Count == 0 && (options.RecursiveSet | options.RecursiveClear) == 0) return;
        using SafeFileDescriptor mounted = _targets.OpenMounted(target, mount);
        if (later) _readOnlyLater.Add((LinuxFile.OpenAt(mounted, ".", OpenFlags.Path | OpenFlags.Directory), mount.Destination));
        if ((options.RecursiveSet | options.RecursiveClear) != 0)
            DetachedMount.SetAttributes(mounted, options.RecursiveSet, options.RecursiveClear, recursive: true, mount.Destination);
        foreach (MountFlags propagation in options.Propagation) DetachedMount.SetPropagation(mounted, propagation, mount.Destination);
    }

    // False: it may not be made here, but the host's may be shown.
    private bool TryMount(OciMount mount, string type, SafeFileDescriptor target, MountOptions options)
    {
        try
        {
            Mount.FileSystem(mount.Source ?? type, target.ProcPath, type, options.Flags, Labelled(type, options.Data), mount.Destination);
            return true;
        }
        catch (KernelException e) when (e.Errno == Errno.EPERM && KernelView.Has(type))
        {
            return false;
        }
    }

    // These have labels of the kernel's own.
    private string? Labelled(string type, string? data)
    {
        if (string.IsNullOrEmpty(spec.Linux?.MountLabel) || type is "proc" or "sysfs" or "mqueue") return data;
        string context = $"context=\"{spec.Linux.MountLabel}\"";
        return data is null ? context : $"{data},{context}";
    }
}
