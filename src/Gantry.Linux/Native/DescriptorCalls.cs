using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>read(2), write(2), close(2), fcntl(2) and their family: what is done with an open file.</summary>
internal static unsafe partial class DescriptorCalls
{
    [LibraryImport("libc", SetLastError = true)] public static partial int close(int fd);
    [LibraryImport("libc", SetLastError = true)] public static partial int dup2(int from, int to);
    [LibraryImport("libc", SetLastError = true)] public static partial int fcntl(int fd, int command, nint argument);
    [LibraryImport("libc", SetLastError = true)] public static partial int pipe2(int* fds, int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int poll(PollEntry* entries, nuint count, int timeout);

    /// <param name="argument">An address, or a number.</param>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(DescriptorArgument fd, ulong request, nint argument);

    [LibraryImport("libc", SetLastError = true)] public static partial nint read(int fd, byte* buffer, nuint count);
    [LibraryImport("libc", SetLastError = true)] public static partial nint pread(int fd, void* buffer, nuint count, long offset);
    [LibraryImport("libc", SetLastError = true)] public static partial nint write(DescriptorArgument fd, byte* buffer, nuint count);
    [LibraryImport("libc", SetLastError = true)] public static partial nint writev(int fd, Piece* pieces, int count);
    [LibraryImport("libc", SetLastError = true)] public static partial long lseek(DescriptorArgument fd, long offset, int whence);
    [LibraryImport("libc", SetLastError = true)] public static partial int ftruncate(DescriptorArgument fd, long size);
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint copy_file_range(DescriptorArgument source, long* sourceOffset, DescriptorArgument target, long* targetOffset,
        nuint size, uint flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int fsync(DescriptorArgument fd);
    [LibraryImport("libc", SetLastError = true)] public static partial int syncfs(DescriptorArgument fd);
    [LibraryImport("libc", SetLastError = true)] public static partial nint getdents64(DescriptorArgument fd, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)] public static partial int fchown(DescriptorArgument fd, uint uid, uint gid);
    [LibraryImport("libc", SetLastError = true)] public static partial int fchmod(DescriptorArgument fd, uint mode);
    [LibraryImport("libc", SetLastError = true)] public static partial int futimens(DescriptorArgument fd, TimeSpec* times);
    // struct statfs has 120 bytes on x86-64, the type first.
    [LibraryImport("libc", SetLastError = true)] public static partial int fstatfs(DescriptorArgument fd, long* status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);

    /// <summary>struct pollfd.</summary>
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events, Returned;
    }

    /// <summary>struct iovec.</summary>
    internal struct Piece
    {
        public byte* Start;
        public ulong Length;
    }

    /// <summary>struct timespec.</summary>
    internal struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }
}
