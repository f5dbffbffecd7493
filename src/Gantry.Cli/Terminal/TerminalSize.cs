namespace Gantry.Cli.Terminal;

/// <summary>The window's size in characters.</summary>
internal readonly record struct TerminalSize(int Rows, int Columns)
{
    /// <returns>Null when the descriptor is no terminal or has no size.</returns>
    public static TerminalSize? Of(int descriptor) =>
        Native.ioctl(descriptor, Native.TIOCGWINSZ, out Native.WindowSize size) == 0 && size.Rows > 0 && size.Columns > 0
            ? new(size.Rows, size.Columns) : null;

    /// <summary>The descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => Native.tcgetattr(descriptor, out _) == 0;
}
