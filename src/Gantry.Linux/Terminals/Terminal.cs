using Gantry.Linux.Native;

namespace Gantry.Linux.Terminals;

/// <summary>A window's size in characters.</summary>
public readonly record struct WindowSize(ushort Rows, ushort Columns);

/// <summary>pty(7), ioctl_tty(2): a pair of a master, which stands for the screen and keyboard, and a slave, which programs see.</summary>
/// <remarks>Terminals are named by their numbers: most are standard streams, or belong to somebody else.</remarks>
public static unsafe class Terminal
{
    private const ulong TIOCSPTLCK = 0x40045431, TIOCGPTN = 0x80045430, TIOCGPTPEER = 0x5441, TIOCSWINSZ = 0x5414, TIOCGWINSZ = 0x5413,
        TCGETS = 0x5401, TCSETS = 0x5402, TCSETSW = 0x5403;
    private const int O_RDWR = 2, O_NOCTTY = 0x100;

    /// <param name="multiplexer">An open <c>ptmx</c> of the devpts that the pair shall belong to.</param>
    /// <returns>The slave, opened through the master so that no path of a foreign file system is walked,
    /// and its number in devpts.</returns>
    public static (SafeFileDescriptor Slave, int Number) OpenSlave(SafeFileDescriptor multiplexer)
    {
        int unlocked = 0, number = 0;
        if (Control(multiplexer.Number, TIOCSPTLCK, &unlocked) < 0) throw KernelException.Last("unlock terminal");
        if (Control(multiplexer.Number, TIOCGPTN, &number) < 0) throw KernelException.Last("get terminal number");
        return (OpenPeer(multiplexer.Number, $"/dev/pts/{number}"), number);
    }

    /// <summary>Opens the other side of a master, wherever it is mounted. While it is open,
    /// reading the master waits instead of reporting a hang-up.</summary>
    public static SafeFileDescriptor OpenPeer(int master) => OpenPeer(master, null);

    private static SafeFileDescriptor OpenPeer(int master, string? shownPath)
    {
        int peer = DescriptorCalls.ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | FileCalls.O_CLOEXEC);
        return peer >= 0 ? new SafeFileDescriptor(peer) : throw KernelException.Last("open terminal", shownPath);
    }

    /// <summary>The foreground program gets SIGWINCH when the size is a new one. Works on either side.</summary>
    public static void Resize(int terminal, ushort rows, ushort columns)
    {
        ushort* size = stackalloc ushort[4] { rows, columns, 0, 0 };
        if (Control(terminal, TIOCSWINSZ, size) < 0) throw KernelException.Last("resize terminal", value: $"{columns}x{rows}");
    }

    /// <returns>Null when the descriptor is no terminal. Zeros for one that nobody has told a size.</returns>
    public static WindowSize? Size(int terminal)
    {
        // struct winsize: the last two are pixels.
        ushort* size = stackalloc ushort[4];
        return Control(terminal, TIOCGWINSZ, size) < 0 ? null : new WindowSize(size[0], size[1]);
    }

    /// <returns>False also for a descriptor that is not open.</returns>
    public static bool IsTerminal(int descriptor) => Settings(descriptor) is not null;

    /// <summary>Switches to raw mode: every key reaches the program unchanged. What was written before is shown as it was
    /// meant.</summary>
    /// <returns>The settings of before; null when the descriptor is no terminal.</returns>
    /// <exception cref="KernelException">It is one, and keeps its settings.</exception>
    public static TerminalSettings? MakeRaw(int terminal)
    {
        if (Settings(terminal) is not { } saved) return null;
        TerminalSettings.Flags raw = saved;
        // As cfmakeraw(3) has it.
        raw.Input &= ~(0x1u | 0x2u | 0x8u | 0x20u | 0x40u | 0x80u | 0x100u | 0x400u);
        raw.Output &= ~0x1u;
        raw.Control = raw.Control & ~(0x30u | 0x100u) | 0x30u;
        raw.Local &= ~(0x1u | 0x2u | 0x8u | 0x40u | 0x8000u);
        // VMIN, VTIME: a read returns with the first byte.
        raw.Characters[6] = 1;
        raw.Characters[5] = 0;
        return Control(terminal, TCSETSW, &raw) == 0 ? new TerminalSettings(saved)
            : throw KernelException.Last("set terminal to raw mode");
    }

    /// <summary>At once, whatever waits to be shown. A terminal that is gone meanwhile needs no settings.</summary>
    public static void Restore(int terminal, TerminalSettings settings)
    {
        TerminalSettings.Flags saved = settings.Saved;
        _ = Control(terminal, TCSETS, &saved);
    }

    private static TerminalSettings.Flags? Settings(int terminal)
    {
        TerminalSettings.Flags flags = default;
        return Control(terminal, TCGETS, &flags) == 0 ? flags : null;
    }

    private static int Control(int terminal, ulong request, void* argument) =>
        DescriptorCalls.ioctl(terminal, request, (nint)argument);
}
