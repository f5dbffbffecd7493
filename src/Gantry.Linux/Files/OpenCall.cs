using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Flags of open(2), with the numbers that most architectures have.</summary>
[Flags]
public enum OpenFlags
{
    ReadOnly = 0, WriteOnly = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, NoControllingTerminal = 0x100, Truncate = 0x200,
        Append = 0x400,
    NonBlock = 0x800, Directory = 0x10000, NoFollow = 0x20000, Path = 0x200000,
    /// <summary>O_TMPFILE: of a directory, a new file in it that has no name.</summary>
    Nameless = 0x400000 | Directory,
}

/// <summary>The one place where files are opened, by text or bytes: close-on-exec always, and begun again after a signal.</summary>
internal static unsafe class OpenCall
{
    /// <summary>How often a path is walked anew of which the kernel cannot be sure because something in the tree is renamed all the
    /// time: whoever does that on purpose holds nobody for ever.</summary>
    private const int Walks = 1000;

    /// <param name="errno">0 for success.</param>
    /// <returns>The descriptor's number, which is the caller's.</returns>
    public static int At(DescriptorArgument directory, PathArgument path, OpenFlags flags, uint mode, out int errno)
    {
        while (true)
        {
            int descriptor = FileCalls.openat(directory, path, Native(flags), mode);
            errno = descriptor >= 0 ? 0 : Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR) return descriptor;
        }
    }

    /// <param name="terminated">With a NUL at its end.</param>
    /// <param name="resolve">RESOLVE_* of openat2(2).</param>
    /// <inheritdoc cref="At"/>
    public static int Resolved(SafeHandle directory, ReadOnlySpan<byte> terminated, OpenFlags flags, ulong resolve, out int errno)
    {
        FileCalls.OpenHow how = new() { Flags = (ulong)(uint)Native(flags), Resolve = resolve };
        for (int walk = 1; ; walk++)
        {
            long descriptor = FileCalls.OpenAt2(directory, terminated, how);
            errno = descriptor >= 0 ? 0 : Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EINTR or Errno.EAGAIN) || (errno == Errno.EAGAIN && walk == Walks)) return (int)descriptor;
        }
    }

    private static int Native(OpenFlags flags)
    {
        int native = (int)(flags & ~(OpenFlags.Directory | OpenFlags.NoFollow)) | FileCalls.O_CLOEXEC;
        if (flags.HasFlag(OpenFlags.Directory)) native |= FileCalls.O_DIRECTORY;
        return flags.HasFlag(OpenFlags.NoFollow) ? native | FileCalls.O_NOFOLLOW : native;
    }
}
