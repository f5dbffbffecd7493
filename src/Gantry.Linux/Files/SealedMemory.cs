using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>memfd_create(2): files without a place, and copies that nobody can change any more.</summary>
public static class SealedMemory
{
    private const uint CloseOnExec = 1, AllowSealing = 2, Executable = 0x10;
    private const int AddSeals = 1033, SealSeal = 1, SealShrink = 2, SealGrow = 4, SealWrite = 8, SealFutureWrite = 0x10;

    /// <summary>An empty file in memory, read and write.</summary>
    public static SafeFileDescriptor Create(string name) => Create(name, CloseOnExec);

    /// <summary>The same, that can be executed, and sealed.</summary>
    /// <remarks>Kernels before 6.3 do not know the flag, and let memfds be executed anyway.</remarks>
    public static SafeFileDescriptor CreateExecutable(string name) =>
        TryCreate(name, CloseOnExec | AllowSealing | Executable) ?? Create(name, CloseOnExec | AllowSealing);

    /// <summary>Nobody writes to it any more, nor changes its size or its seals. Nobody has it mapped for writing.</summary>
    /// <remarks>
    /// <c>F_SEAL_WRITE</c> is for those who may have: it waits for everyone who holds a page, some tenths of a second, and then fails with
    /// EBUSY, be it the kernel itself that moves one on a busy machine. Kernels before 5.1 have no other.
    /// </remarks>
    /// <param name="name">For the message.</param>
    public static void Seal(SafeFileDescriptor file, string name)
    {
        const int size = SealSeal | SealShrink | SealGrow;
        if (DescriptorCalls.fcntl(file.Number, AddSeals, size | SealFutureWrite) == 0) return;
        if (Marshal.GetLastPInvokeError() == Errno.EINVAL && DescriptorCalls.fcntl(file.Number, AddSeals, size | SealWrite) == 0) return;
        throw KernelException.Last("seal copy of", name);
    }

    /// <summary>A read-only, executable copy.</summary>
    /// <param name="unreadable">Executable and nothing else: who executes a file that he may not read becomes a process that cannot be
    /// traced (ptrace(2), "dumpable").</param>
    public static SafeFileDescriptor CopyOf(string path, bool unreadable = false)
    {
        // What is open for writing cannot be executed, so this descriptor goes.
        using SafeFileDescriptor copy = CreateExecutable("gantry-runtime");
        using SafeFileDescriptor source = LinuxFile.Open(path, OpenFlags.ReadOnly);
        byte[] buffer = new byte[128 << 10];
        int count;
        while ((count = Descriptor.Read(source.Number, buffer)) > 0) Descriptor.WriteAll(copy.Number, buffer.AsSpan(0, count));
        SafeFileDescriptor sealedCopy = LinuxFile.Open(copy.ProcPath, OpenFlags.ReadOnly);
        if (DescriptorCalls.fchmod(copy.Number, unreadable ? Octal.O111 : Octal.O555) < 0)
            throw KernelException.Last("set mode of copy of", path);
        Seal(copy, path);
        return sealedCopy;
    }

    private static SafeFileDescriptor Create(string name, uint flags) =>
        TryCreate(name, flags) ?? throw KernelException.Last("memfd_create", name);

    private static SafeFileDescriptor? TryCreate(string name, uint flags)
    {
        int fd = DescriptorCalls.memfd_create(name, flags);
        return fd >= 0 ? new SafeFileDescriptor(fd) : null;
    }
}
