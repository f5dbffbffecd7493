namespace Gantry.Cli.Output;

/// <summary>Long values cut to what a table has room for.</summary>
internal static class Shorten
{
    /// <summary>The first twelve digits of an object's ID, without its algorithm.</summary>
    public static string Id(string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        var digits = colon >= 0 ? id[(colon + 1)..] : id;
        return digits.Length > 12 ? digits[..12] : digits;
    }

    /// <summary>Cuts a text to at most <paramref name="width"/> characters, the last of which is then an ellipsis.</summary>
    public static string Text(string text, int width)
    {
        if (text.Length <= width) return text;
        return width <= 1 ? text[..width] : text[..(width - 1)] + "…";
    }
}
