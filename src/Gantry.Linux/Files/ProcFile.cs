namespace Gantry.Linux.Files;

/// <summary>Writing to procfs where a write may do harm: only after the kernel has shown that it is procfs, and nothing laid over it (CVE-2019-16884, CVE-2025-52881).</summary>
public static class ProcFile
{
    /// <param name="path">Below <c>/proc</c>, without links. Relative to the caller's root: call it while that is the host's.</param>
    /// <exception cref="KernelException">EXDEV or ENOTDIR where something else than procfs lies on the way.</exception>
    public static void Write(string path, string text) => Write("/proc", path, text);

    internal static void Write(string proc, string path, string text)
    {
        using SafeFileDescriptor root = LinuxFile.OpenDirectory(proc);
        if (FileNature.FileSystemOf(root) != FileNature.Proc) throw new KernelException("open", Errno.EXDEV, proc, hint: "it is not procfs");
        using SafeFileDescriptor file = RootedPath.OpenOnOneMount(root, path, OpenFlags.WriteOnly);
        LinuxFile.WriteText(file, $"{proc}/{path}", text);
    }
}
