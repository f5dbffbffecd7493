namespace Gantry.Cli.Terminal;

/// <summary>The window's size in characters.</summary>
internal readonly record struct TerminalSize(int Rows, int Columns)
{
    /// <returns>Null when the descriptor is no terminal or has no size.</returns>
    public static TerminalSize? Of(int descriptor) =>
        Linux.Terminals.Terminal.Size(descriptor) is { Rows: > 0, Columns: > 0 } size ? new(size.Rows, size.Columns) : null;

    /// <summary>The descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => Linux.Terminals.Terminal.IsTerminal(descriptor);
}
