using System.Runtime.InteropServices;

namespace Gantry.Linux.Terminals;

/// <summary>pty(7): a pair of a master, which stands for the screen and keyboard, and a slave, which programs see.</summary>
public static unsafe partial class Terminal
{
    private const ulong UnlockSlave = 0x40045431, NumberOfSlave = 0x80045430, OpenPeer = 0x5441, SetSize = 0x5414, GetSize = 0x5413,
        GetSettings = 0x5401, SetSettings = 0x5402;
    private const int ReadWrite = 2, NoControllingTerminal = 0x100, CloseOnExec = 0x80000;

    [LibraryImport("libc", SetLastError = true)] private static partial int ioctl(int fd, ulong request, nint argument);

    private struct WindowSize
    {
        public ushort Rows, Columns, Width, Height;
    }

    /// <param name="multiplexer">An open <c>ptmx</c> of the devpts that the pair shall belong to.</param>
    /// <returns>The slave, opened through the master so that no path of a foreign file system is walked,
    /// and its number in devpts.</returns>
    public static (SafeFileDescriptor Slave, int Number) OpenSlave(SafeFileDescriptor multiplexer)
    {
        int unlocked = 0, number = 0;
        if (ioctl(multiplexer.Number, UnlockSlave, (nint)(&unlocked)) < 0) throw KernelException.Last("unlock terminal");
        if (ioctl(multiplexer.Number, NumberOfSlave, (nint)(&number)) < 0) throw KernelException.Last("get terminal number");
        int slave = ioctl(multiplexer.Number, OpenPeer, ReadWrite | NoControllingTerminal | CloseOnExec);
        return slave >= 0 ? (new SafeFileDescriptor(slave), number) : throw KernelException.Last("open terminal", $"/dev/pts/{number}");
    }

    /// <summary>The foreground program gets SIGWINCH when the size is a new one. Works on either side.</summary>
    public static void Resize(int terminal, ushort rows, ushort columns)
    {
        WindowSize size = new() { Rows = rows, Columns = columns };
        if (ioctl(terminal, SetSize, (nint)(&size)) < 0) throw KernelException.Last("resize terminal", value: $"{columns}x{rows}");
    }

    /// <returns>Null when the descriptor is no terminal.</returns>
    public static (ushort Rows, ushort Columns)? Size(int terminal)
    {
        WindowSize size;
        return ioctl(terminal, GetSize, (nint)(&size)) < 0 ? null : (size.Rows, size.Columns);
    }

    /// <summary>Switches to raw mode: every key reaches the program unchanged.</summary>
    /// <returns>The settings to be given to <see cref="Restore"/>; null when the descriptor is no terminal.</returns>
    public static byte[]? MakeRaw(int terminal)
    {
        // struct termios of the kernel: four flag words, the line discipline, 19 control characters.
        byte[] saved = new byte[64];
        byte[] raw = new byte[64];
        fixed (byte* settings = saved)
        {
            if (ioctl(terminal, GetSettings, (nint)settings) < 0) return null;
        }
        saved.CopyTo(raw, 0);
        fixed (byte* settings = raw)
        {
            uint* flags = (uint*)settings;
            flags[0] &= ~(0x1u | 0x2u | 0x8u | 0x20u | 0x40u | 0x80u | 0x100u | 0x400u);
            flags[1] &= ~0x1u;
            flags[2] = flags[2] & ~(0x30u | 0x100u) | 0x30u;
            flags[3] &= ~(0x1u | 0x2u | 0x8u | 0x40u | 0x8000u);
            settings[17 + 6] = 1;
            settings[17 + 5] = 0;
            if (ioctl(terminal, SetSettings, (nint)settings) < 0) throw KernelException.Last("set terminal to raw mode");
        }
        return saved;
    }

    public static void Restore(int terminal, byte[] settings)
    {
        fixed (byte* saved = settings) _ = ioctl(terminal, SetSettings, (nint)saved);
    }
}
