using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>memfd_create(2): files without a place, and copies that nobody can change any more.</summary>
public static class SealedMemory
{
    private const uint CloseOnExec = 1, AllowSealing = 2, Executable = 0x10;
    private const int AddSeals = 1033, SealSeal = 1, SealShrink = 2, SealGrow = 4, SealWrite = 8;

    /// <summary>An empty file in memory, read and write.</summary>
    public static SafeFileDescriptor Create(string name) => Create(name, CloseOnExec);

    /// <summary>A read-only, executable copy.</summary>
    /// <param name="unreadable">Executable and nothing else: who executes a file that he may not read becomes a process that cannot be
    /// traced (ptrace(2), "dumpable").</param>
    public static SafeFileDescriptor CopyOf(string path, bool unreadable = false)
    {
        // Kernels before 6.3 do not know the flag, and let memfds be executed anyway. What is open for writing cannot be executed,
        // so this descriptor goes.
        using SafeFileDescriptor copy = TryCreate("gantry-runtime", CloseOnExec | AllowSealing | Executable)
            ?? Create("gantry-runtime", CloseOnExec | AllowSealing);
        using SafeFileDescriptor source = LinuxFile.Open(path, OpenFlags.ReadOnly);
        byte[] buffer = new byte[128 << 10];
        int count;
        while ((count = Descriptor.Read(source.Number, buffer)) > 0) Descriptor.WriteAll(copy.Number, buffer.AsSpan(0, count));
        SafeFileDescriptor sealedCopy = LinuxFile.Open(copy.ProcPath, OpenFlags.ReadOnly);
        if (DescriptorCalls.fchmod(copy.Number, unreadable ? Octal.O111 : Octal.O555) < 0
            || DescriptorCalls.fcntl(copy.Number, AddSeals, SealSeal | SealShrink | SealGrow | SealWrite) < 0)
            throw KernelException.Last("seal copy of", path);
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
