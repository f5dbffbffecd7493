using Gantry.Linux.Processes;

namespace Gantry.Linux.Mounts;

/// <summary>overlayfs through mount(2), for kernels before 6.7: their fsconfig(2) takes 256 bytes for all layers together,
/// mount(2) a page.</summary>
internal static class ClassicOverlay
{
    /// <returns>A detached mount, as <see cref="OverlayMount.Create"/> makes it.</returns>
    /// <remarks>The mount stands for a moment in a namespace of a short-lived thread: a crash leaves nothing in the host's table.</remarks>
    public static SafeFileDescriptor Create(IReadOnlyList<string> lower, string? upper, string? work, IReadOnlyList<string> options,
        MountAttributes attributes) =>
        MountedElsewhere.OnItsOwnThread(() => Assemble(lower, upper, work, options, attributes));

    private static SafeFileDescriptor Assemble(IReadOnlyList<string> lower, string? upper, string? work, IReadOnlyList<string> options,
        MountAttributes attributes)
    {
        ThisProcess.LeaveMountNamespace();
        Mount.SetPropagation("/", MountFlags.Private | MountFlags.Recursive);
        // Names relative to where all layers are keep 128 of them within the page.
        string directory = CommonDirectory(lower);
        ThisProcess.ChangeDirectory(directory);
        List<string> data = [$"lowerdir={string.Join(':', lower.Select(path => Escape(Path.GetRelativePath(directory, path))))}"];
        if (upper is not null) data.Add($"upperdir={EscapeComma(upper)}");
        if (work is not null) data.Add($"workdir={EscapeComma(work)}");
        data.AddRange(options);
        string joined = string.Join(',', data);
        if (System.Text.Encoding.UTF8.GetByteCount(joined) >= Environment.SystemPageSize)
            throw new KernelException("mount overlay", Errno.E2BIG,
                hint: $"{lower.Count} layers; this kernel takes {Environment.SystemPageSize} bytes of names, Linux 6.7 and later have no "
                    + $"such limit");
        // Any directory but the root would do: what is mounted over that is not found by its name.
        Mount.FileSystem("overlay", lower[0], "overlay", 0, joined);
        SafeFileDescriptor mount = DetachedMount.Clone(lower[0], recursive: false);
        if (attributes != 0) DetachedMount.SetAttributes(mount, attributes, 0, recursive: false, "overlay");
        return mount;
    }

    private static string CommonDirectory(IReadOnlyList<string> paths)
    {
        string common = Path.GetDirectoryName(paths[0]) ?? "/";
        foreach (string path in paths)
            while (!path.StartsWith(common == "/" ? common : $"{common}/", StringComparison.Ordinal))
                common = Path.GetDirectoryName(common) ?? "/";
        return common;
    }

    private static string Escape(string path) =>
        EscapeComma(path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal));

    private static string EscapeComma(string path) => path.Replace(",", "\\,", StringComparison.Ordinal);
}
