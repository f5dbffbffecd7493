using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Files by a name under which something else may be: a FIFO keeps whoever opens it waiting, a device may have no end.</summary>
public static class RegularFile
{
    /// <summary>Opens it without waiting, through links, and looks at what was opened.</summary>
    /// <exception cref="NotRegularFileException">Something else is there.</exception>
    /// <exception cref="KernelException">It cannot be opened.</exception>
    public static SafeFileDescriptor Open(string path, OpenFlags flags, uint mode = Octal.O600)
    {
        SafeFileDescriptor file;
        try
        {
            file = LinuxFile.Open(path, flags | OpenFlags.NonBlock | OpenFlags.NoControllingTerminal, mode);
        }
        catch (KernelException e) when (e.Errno is Errno.EISDIR or Errno.ENXIO)
        {
            // A socket cannot be opened, nor a device that nothing drives; a directory not for writing.
            throw new NotRegularFileException(path, e.Errno == Errno.EISDIR ? FileKind.Directory : FileKind.Socket);
        }
        FileKind kind = KindOf(file, path);
        if (kind == FileKind.Regular) return file;
        file.Dispose();
        throw new NotRegularFileException(path, kind);
    }

    /// <summary>Whether something else has the name; false too where nothing has.</summary>
    public static bool IsForeign(string path) =>
        FileNature.KindOf(path) is not (null or FileKind.Regular);

    private static FileKind KindOf(SafeHandle file, string path)
    {
        int errno = StatusCall.Try(file, "", FileCalls.AT_EMPTY_PATH, out FileCalls.Statx status);
        if (errno == 0) return StatusCall.Kind(status);
        file.Dispose();
        throw new KernelException("statx", errno, path);
    }
}
