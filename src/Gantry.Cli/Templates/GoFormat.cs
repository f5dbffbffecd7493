using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>printf with Go's verbs: https://pkg.go.dev/fmt. A mistake shows in the output as "%!verb(type=value)", never as an error.</summary>
internal ref struct GoFormat
{
    // Wider than any screen; keeps a template from asking for gigabytes of spaces.
    private const int MaxWidth = 1_000_000;

    private readonly ReadOnlySpan<char> format;
    private readonly ReadOnlySpan<object?> arguments;
    private readonly StringBuilder output;
    private int at;
    private int next;
    private bool reordered;
    private bool badIndex;

    private GoFormat(ReadOnlySpan<char> format, ReadOnlySpan<object?> arguments)
    {
        this.format = format;
        this.arguments = arguments;
        output = new StringBuilder();
    }

    public static string Format(string format, ReadOnlySpan<object?> arguments)
    {
        var run = new GoFormat(format, arguments);
        run.All();
        return run.output.ToString();
    }

    private void All()
    {
        while (at < format.Length)
        {
            if (format[at] != '%') { output.Append(format[at++]); continue; }
            at++;
            Directive();
        }
        if (reordered || next >= arguments.Length) return;
        output.Append("%!(EXTRA ");
        for (var i = next; i < arguments.Length; i++)
        {
            if (i > next) output.Append(", ");
            output.Append(GoValue.TypeName(arguments[i]));
            if (arguments[i] is not null) output.Append('=').Append(GoPrinter.Text(arguments[i]));
        }
        output.Append(')');
    }

    private void Directive()
    {
        var spec = new FormatSpec();
        badIndex = false;
        var afterIndex = false;
        while (at < format.Length && spec.TakeFlag(format[at])) at++;
        ArgumentIndex(ref afterIndex);
        if (at < format.Length && format[at] == '*') StarWidth(ref spec);
        else if (Number() is { } width) spec.Width = Math.Min(width, MaxWidth);
        if (at < format.Length && format[at] == '.') Precision(ref spec);
        ArgumentIndex(ref afterIndex);
        if (at >= format.Length) { output.Append("%!(NOVERB)"); return; }

        Rune.DecodeFromUtf16(format[at..], out var verb, out var used);
        at += used;
        if (verb.Value == '%') output.Append('%');
        else if (badIndex) output.Append("%!").Append(verb.ToString()).Append("(BADINDEX)");
        else if (next >= arguments.Length) output.Append("%!").Append(verb.ToString()).Append("(MISSING)");
        else output.Append(VerbFormatter.Format(verb, spec, arguments[next++]));
    }

    private void StarWidth(ref FormatSpec spec)
    {
        at++;
        if (next < arguments.Length && arguments[next] is long width && Math.Abs(width) <= MaxWidth)
        {
            next++;
            spec.Width = (int)Math.Abs(width);
            if (width < 0) spec.Minus = true;
            return;
        }
        if (next < arguments.Length) next++;
        output.Append("%!(BADWIDTH)");
    }

    private void Precision(ref FormatSpec spec)
    {
        at++;
        if (at < format.Length && format[at] == '*')
        {
            at++;
            if (next < arguments.Length && arguments[next++] is long precision and >= 0 and <= MaxWidth) spec.Precision = (int)precision;
            else output.Append("%!(BADPREC)");
            return;
        }
        spec.Precision = Math.Min(Number() ?? 0, MaxWidth);
    }

    /// <summary>"[n]" chooses the argument, counted from 1.</summary>
    private void ArgumentIndex(ref bool seen)
    {
        if (at >= format.Length || format[at] != '[') return;
        reordered = seen = true;
        var close = format[at..].IndexOf(']');
        if (close < 0 || !int.TryParse(format.Slice(at + 1, close - 1), out var index) || index < 1 || index > arguments.Length)
        {
            badIndex = true;
            at += close < 0 ? 1 : close + 1;
            return;
        }
        next = index - 1;
        at += close + 1;
    }

    private int? Number()
    {
        var start = at;
        var value = 0;
        while (at < format.Length && char.IsAsciiDigit(format[at])) value = Math.Min(value * 10 + (format[at++] - '0'), MaxWidth);
        return at > start ? value : null;
    }
}

/// <summary>Flags, width and precision of one directive.</summary>
internal struct FormatSpec
{
    public FormatSpec() { }

    public bool Plus { get; set; }
    public bool Minus { get; set; }
    public bool Sharp { get; set; }
    public bool Space { get; set; }
    public bool Zero { get; set; }
    public int Width { get; set; } = -1;
    public int Precision { get; set; } = -1;

    public bool TakeFlag(char c)
    {
        switch (c)
        {
            case '+': Plus = true; return true;
            case '-': Minus = true; return true;
            case '#': Sharp = true; return true;
            case ' ': Space = true; return true;
            case '0': Zero = true; return true;
            default: return false;
        }
    }

    public readonly string Pad(string text)
    {
        if (Width <= 0) return text;
        var missing = Width - text.EnumerateRunes().Count();
        if (missing <= 0) return text;
        return Minus ? text + new string(' ', missing) : new string(' ', missing) + text;
    }
}
