using System.Runtime.InteropServices;

namespace Gantry.Linux.Terminals;

/// <summary>What the owner of a pseudo-terminal's master side does with it; ioctl_tty(2).</summary>
public static unsafe partial class TerminalMaster
{
    private const ulong TIOCSWINSZ = 0x5414, TIOCGPTPEER = 0x5441;
    private const int O_RDWR = 2, O_NOCTTY = 0x100, O_CLOEXEC = 0x80000;

    /// <summary>Sets the size and, when it changed, tells the foreground processes (SIGWINCH).</summary>
    public static void Resize(int master, ushort rows, ushort columns)
    {
        ushort* size = stackalloc ushort[4] { rows, columns, 0, 0 };
        if (ioctl(master, TIOCSWINSZ, (nint)size) < 0) throw KernelException.Last("resize terminal", value: $"{rows}x{columns}");
    }

    /// <summary>Opens the other side, wherever it is mounted. While it is open,
    /// reading the master waits instead of reporting a hang-up.</summary>
    public static SafeFileDescriptor OpenPeer(int master)
    {
        int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
        return peer >= 0 ? new SafeFileDescriptor(peer) : throw KernelException.Last("open terminal");
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int ioctl(int fd, ulong request, nint argument);
}
