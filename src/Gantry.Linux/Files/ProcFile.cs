namespace Gantry.Linux.Files;

/// <summary>Writing to procfs where a write may do harm: only after the kernel has shown that it is procfs, and nothing laid over it
/// (CVE-2019-16884, CVE-2025-52881).</summary>
public static class ProcFile
{
    /// <param name="path">Below <c>/proc</c>, without links. Relative to the caller's root: call it while that is the host's.</param>
    /// <exception cref="KernelException">EXDEV or ENOTDIR where something else than procfs lies on the way.</exception>
    public static void Write(string path, string text)
    {
        using SafeFileDescriptor file = Open(path);
        LinuxFile.WriteText(file, $"/proc/{path}", text);
    }

    /// <summary>For writing; see <see cref="Write"/>.</summary>
    public static SafeFileDescriptor Open(string path) => Open("/proc", path);

    internal static SafeFileDescriptor Open(string proc, string path)
    {
        using SafeFileDescriptor root = LinuxFile.OpenDirectory(proc);
        if (FileNature.FileSystemOf(root) != FileNature.Proc)
            throw new KernelException("open", Errno.EXDEV, proc, hint: "it is not procfs");
        return RootedPath.OpenOnOneMount(root, path, OpenFlags.WriteOnly);
    }
}
