namespace Gantry.Daemon.Http;

/// <summary>Rows and columns of a terminal, as parameters <c>h</c> and <c>w</c>.</summary>
internal static class TerminalSize
{
    /// <exception cref="GantryException">InvalidArgument: missing, or not a number that fits.</exception>
    public static ushort Of(RequestContext context, string key)
    {
        string text = context.Query.Text(key);
        return ushort.TryParse(text, out ushort size) ? size
            : throw GantryException.Invalid($"invalid resize {(key == "h" ? "height" : "width")} \"{text}\": invalid syntax");
    }

    /// <summary>From a body's <c>ConsoleSize</c>: rows, then columns; 0 is not known.</summary>
    public static (ushort Rows, ushort Columns) Of(IReadOnlyList<int>? size) =>
        size is [var rows, var columns] && rows is >= 0 and <= ushort.MaxValue && columns is >= 0 and <= ushort.MaxValue
            ? ((ushort)rows, (ushort)columns) : default;
}
