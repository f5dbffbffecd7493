using Gantry.Linux.Native;

namespace Gantry.Linux.Mounts;

/// <summary>Mounts that are no place in the tree until <see cref="Attach"/>: the mount API of Linux 5.2. Closing one that was never
/// attached unmounts it.</summary>
public static unsafe class DetachedMount
{
    private const int ConfigurationLimit = 256;

    /// <summary>A copy of the mount at a path, with all below it if <paramref name="recursive"/>.</summary>
    public static SafeFileDescriptor Clone(string path, bool recursive)
    {
        uint flags = MountCalls.OpenTreeClone | MountCalls.OpenTreeCloseOnExec | (recursive ? MountCalls.Recursive : 0u);
        long fd = MountCalls.OpenTree(FileCalls.AT_FDCWD, path, flags);
        return fd >= 0 ? new SafeFileDescriptor((int)fd) : throw KernelException.Last("open mount source", path);
    }

    /// <summary>A copy of the mount seen at an open file or directory.</summary>
    public static SafeFileDescriptor Clone(SafeFileDescriptor file, bool recursive)
    {
        uint flags = MountCalls.OpenTreeClone | MountCalls.OpenTreeCloseOnExec | MountCalls.EmptyPath
            | (recursive ? MountCalls.Recursive : 0u);
        long fd = MountCalls.OpenTree(file.Number, "", flags);
        return fd >= 0 ? new SafeFileDescriptor((int)fd) : throw KernelException.Last("open_tree");
    }

    /// <param name="options">Name and value; a null value is a flag.</param>
    /// <exception cref="KernelException">With the kernel's own explanation where it gave one.</exception>
    public static SafeFileDescriptor Create(string type, IEnumerable<KeyValuePair<string, string?>> options, MountAttributes attributes)
    {
        using SafeFileDescriptor context = Open(type);
        foreach ((string key, string? value) in options) Configure(context, type, key, value);
        return Finish(context, type, attributes);
    }

    internal static SafeFileDescriptor Open(string type)
    {
        long fd = MountCalls.Fsopen(type, MountCalls.FsopenCloseOnExec);
        if (fd >= 0) return new SafeFileDescriptor((int)fd);
        KernelException error = KernelException.Last("fsopen", type);
        throw error.Errno == Errno.ENODEV ? new KernelException("fsopen", error.Errno, type, hint: "not supported by this kernel") : error;
    }

    internal static bool TryConfigure(SafeFileDescriptor context, string key, string? value) =>
        MountCalls.Fsconfig(context.Number, value is null ? (uint)MountCalls.SetFlag : MountCalls.SetString, key, value) == 0;

    internal static void Configure(SafeFileDescriptor context, string type, string key, string? value)
    {
        if (!TryConfigure(context, key, value)) throw Explained(context, $"configure {type} {key}", value);
    }

    internal static SafeFileDescriptor Finish(SafeFileDescriptor context, string type, MountAttributes attributes)
    {
        if (MountCalls.Fsconfig(context.Number, MountCalls.Create, null, null) < 0)
            throw Explained(context, $"create {type}", null);
        long fd = MountCalls.Fsmount(context.Number, MountCalls.FsmountCloseOnExec, (uint)attributes);
        return fd >= 0 ? new SafeFileDescriptor((int)fd) : throw Explained(context, $"fsmount {type}", null);
    }

    /// <summary>Puts a detached mount onto an open file or directory.</summary>
    public static void Attach(SafeFileDescriptor mount, SafeFileDescriptor target, string shownTarget)
    {
        if (MountCalls.MoveMount(mount.Number, target.Number) < 0) throw KernelException.Last("mount onto", shownTarget);
    }

    /// <param name="recursive">Also all mounts below; then either all are changed or none.</param>
    public static void SetAttributes(SafeFileDescriptor mount, MountAttributes set, MountAttributes clear, bool recursive,
        string shownTarget)
    {
        // Access time is one field of three values: to set one, the field has to be cleared.
        if (((set | clear) & MountAttributes.AccessTimeMask) != 0) clear |= MountAttributes.AccessTimeMask;
        Change(mount, new() { Set = (ulong)set, Clear = (ulong)clear }, recursive, shownTarget, $"set {set} clear {clear}");
    }

    public static void SetPropagation(SafeFileDescriptor mount, MountFlags propagation, string shownTarget) =>
        Change(mount, new() { Propagation = (ulong)(propagation & ~MountFlags.Recursive) }, (propagation & MountFlags.Recursive) != 0,
            shownTarget, propagation.ToString());

    /// <summary>Shows owners through the mapping of a user namespace (Linux 5.12; the file system must support it).</summary>
    public static void SetIdMapping(SafeFileDescriptor mount, SafeFileDescriptor userNamespace, bool recursive, string shownTarget)
    {
        try
        {
            Change(mount, new() { Set = (ulong)MountAttributes.IdMap, UserNamespace = (ulong)userNamespace.Number }, recursive,
                shownTarget, "idmap");
        }
        catch (KernelException e) when (e.Errno == Errno.EINVAL)
        {
            throw new KernelException(e.Step, e.Errno, e.Path, e.Value, "this file system, or this kernel, has no idmapped mounts");
        }
    }

    private static void Change(SafeFileDescriptor mount, MountCalls.AttributeChange change, bool recursive, string shownTarget,
        string value)
    {
        if (MountCalls.MountSetattr(mount.Number, recursive ? MountCalls.Recursive : 0u, &change) < 0)
            throw KernelException.Last("change mount", shownTarget, value);
    }

    // A configuration context can be read for messages such as "e overlay: workdir and upperdir must reside under the same mount".
    private static KernelException Explained(SafeFileDescriptor context, string step, string? value)
    {
        KernelException error = KernelException.Last(step, value: value);
        byte* text = stackalloc byte[ConfigurationLimit];
        nint length = DescriptorCalls.read(context.Number, text, ConfigurationLimit);
        if (length <= 2) return error;
        return new KernelException(step, error.Errno, value: value,
            hint: System.Text.Encoding.UTF8.GetString(text + 2, (int)length - 2).TrimEnd());
    }
}
