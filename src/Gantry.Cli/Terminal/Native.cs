using System.Runtime.InteropServices;

namespace Gantry.Cli.Terminal;

/// <summary>
/// The libc calls for the standard streams and for a terminal in raw mode.
/// They live here and not with the engine's native calls because the command line imports the API alone:
/// it must run where no part of the engine is installed.
/// </summary>
internal static partial class Native
{
    public const int TCSANOW = 0;
    public const int TCSADRAIN = 1;
    public const uint TIOCGWINSZ = 0x5413;

    /// <summary>Larger than any libc's struct; only libc's own functions read it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct Termios;

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows, Columns, PixelWidth, PixelHeight;
    }

    /// <summary>https://man7.org/linux/man-pages/man3/termios.3.html</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcgetattr(int fd, out Termios termios);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcsetattr(int fd, int actions, in Termios termios);

    [LibraryImport("libc")]
    public static partial void cfmakeraw(ref Termios termios);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events, Returned;
    }

    public const short POLLIN = 1;
    public const short POLLOUT = 4;

    /// <summary>https://man7.org/linux/man-pages/man2/read.2.html</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint read(int fd, byte* buffer, nuint count);

    /// <summary>https://man7.org/linux/man-pages/man2/write.2.html</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint write(int fd, byte* buffer, nuint count);

    /// <summary>https://man7.org/linux/man-pages/man2/poll.2.html</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(ref PollDescriptor descriptors, nuint count, int timeout);

    /// <summary>https://man7.org/linux/man-pages/man2/TIOCGWINSZ.2const.html</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, out WindowSize size);
}
