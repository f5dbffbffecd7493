using System.Runtime.InteropServices;

namespace Gantry.EndToEnd.Terminals;

// https://man7.org/linux/man-pages/man3/posix_openpt.3.html
internal static partial class NativePty
{
    public const int O_RDWR = 2, O_NOCTTY = 0x100, O_CLOEXEC = 0x80000;
    public const nuint TIOCSWINSZ = 0x5414, TCGETS = 0x5401;
    public const uint ICANON = 2, ECHO = 8;

    [LibraryImport("libc", SetLastError = true)] public static partial int posix_openpt(int flags);
    [LibraryImport("libc", SetLastError = true)] public static partial int unlockpt(int fd);
    [LibraryImport("libc", SetLastError = true)] public static unsafe partial int ptsname_r(int fd, byte* name, nuint size);
    [LibraryImport("libc", SetLastError = true)] public static unsafe partial nint read(int fd, byte* buffer, nuint size);
    [LibraryImport("libc", SetLastError = true)] public static unsafe partial nint write(int fd, byte* buffer, nuint size);
    [LibraryImport("libc", SetLastError = true)] public static partial int close(int fd);
    [LibraryImport("libc", SetLastError = true)] public static partial int ioctl(int fd, nuint request, in WindowSize size);
    [LibraryImport("libc", SetLastError = true)] private static unsafe partial int ioctl(int fd, nuint request, uint* modes);

    /// <returns>The <c>c_lflag</c> of the terminal whose master this is.</returns>
    public static unsafe uint LocalModes(int master)
    {
        // struct termios of the kernel: four words of modes, the local ones last; 36 bytes altogether.
        uint* modes = stackalloc uint[16];
        Assert.Equal(0, ioctl(master, TCGETS, modes));
        return modes[3];
    }
}
