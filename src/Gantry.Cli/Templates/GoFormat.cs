using System.Text;
using Gantry.Cli.Options;

namespace Gantry.Cli.Templates;

/// <summary>printf with Go's verbs: https://pkg.go.dev/fmt. A mistake shows in the output as "%!verb(type=value)",
/// never as an error.</summary>
internal ref struct GoFormat
{
    // Wider than any screen; keeps a template from asking for gigabytes of spaces.
    private const int MaxWidth = 1_000_000;

    private readonly ReadOnlySpan<char> _format;
    private readonly ReadOnlySpan<object?> _arguments;
    private readonly StringBuilder _output;
    private int _at;
    private int _next;
    private bool _reordered;
    private bool _badIndex;

    private GoFormat(ReadOnlySpan<char> format, ReadOnlySpan<object?> arguments)
    {
        this._format = format;
        this._arguments = arguments;
        _output = new StringBuilder();
    }

    public static string Format(string format, ReadOnlySpan<object?> arguments)
    {
        var run = new GoFormat(format, arguments);
        run.All();
        return run._output.ToString();
    }

    private void All()
    {
        while (_at < _format.Length)
        {
            if (_format[_at] != '%') { _output.Append(_format[_at++]); continue; }
            _at++;
            Directive();
        }
        if (_reordered || _next >= _arguments.Length) return;
        _output.Append("%!(EXTRA ");
        for (var i = _next; i < _arguments.Length; i++)
        {
            if (i > _next) _output.Append(", ");
            _output.Append(GoValue.TypeName(_arguments[i]));
            if (_arguments[i] is not null) _output.Append('=').Append(GoPrinter.Text(_arguments[i]));
        }
        _output.Append(')');
    }

    private void Directive()
    {
        var spec = new FormatSpec();
        _badIndex = false;
        var afterIndex = false;
        while (_at < _format.Length && spec.TakeFlag(_format[_at])) _at++;
        ArgumentIndex(ref afterIndex);
        if (_at < _format.Length && _format[_at] == '*') StarWidth(ref spec);
        else if (Number() is { } width) spec.Width = Math.Min(width, MaxWidth);
        if (_at < _format.Length && _format[_at] == '.') Precision(ref spec);
        ArgumentIndex(ref afterIndex);
        if (_at >= _format.Length) { _output.Append("%!(NOVERB)"); return; }

        Rune.DecodeFromUtf16(_format[_at..], out var verb, out var used);
        _at += used;
        if (verb.Value == '%') _output.Append('%');
        else if (_badIndex) _output.Append("%!").Append(verb.ToString()).Append("(BADINDEX)");
        else if (_next >= _arguments.Length) _output.Append("%!").Append(verb.ToString()).Append("(MISSING)");
        else _output.Append(VerbFormatter.Format(verb, spec, _arguments[_next++]));
    }

    private void StarWidth(ref FormatSpec spec)
    {
        _at++;
        if (_next < _arguments.Length && _arguments[_next] is long width && Math.Abs(width) <= MaxWidth)
        {
            _next++;
            spec.Width = (int)Math.Abs(width);
            if (width < 0) spec.Minus = true;
            return;
        }
        if (_next < _arguments.Length) _next++;
        _output.Append("%!(BADWIDTH)");
    }

    private void Precision(ref FormatSpec spec)
    {
        _at++;
        if (_at < _format.Length && _format[_at] == '*')
        {
            _at++;
            if (_next < _arguments.Length && _arguments[_next++] is long precision and >= 0 and <= MaxWidth)
                spec.Precision = (int)precision;
            else _output.Append("%!(BADPREC)");
            return;
        }
        spec.Precision = Math.Min(Number() ?? 0, MaxWidth);
    }

    /// <summary>"[n]" chooses the argument, counted from 1.</summary>
    private void ArgumentIndex(ref bool seen)
    {
        if (_at >= _format.Length || _format[_at] != '[') return;
        _reordered = seen = true;
        var close = _format[_at..].IndexOf(']');
        if (close < 0 || !int.TryParse(_format.Slice(_at + 1, close - 1), out var index) || index < 1 || index > _arguments.Length)
        {
            _badIndex = true;
            _at += close < 0 ? 1 : close + 1;
            return;
        }
        _next = index - 1;
        _at += close + 1;
    }

    private int? Number()
    {
        var start = _at;
        var value = 0;
        while (_at < _format.Length && char.IsAsciiDigit(_format[_at])) value = Math.Min(value * 10 + (_format[_at++] - '0'), MaxWidth);
        return _at > start ? value : null;
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
