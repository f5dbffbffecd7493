using System.Globalization;
using System.Text;
using Gantry.Cli.Options;

namespace Gantry.Cli.Templates;

/// <summary>One value under one printf verb.</summary>
internal static class VerbFormatter
{
    public static string Format(Rune verb, FormatSpec spec, object? value)
    {
        switch (verb.Value)
        {
            case 'T': return spec.Pad(GoValue.TypeName(value));
            case 'v' when spec.Sharp: return spec.Pad(GoSyntax(value));
        }
        switch (value)
        {
            case null or NoValue: return verb.Value == 'v' ? spec.Pad("<nil>") : $"%!{verb}(<nil>)";
            case bool b: return verb.Value is 't' or 'v' ? spec.Pad(b ? "true" : "false") : Bad(verb, value);
            case long n: return Integer(verb, spec, n);
            case double d: return Real(verb, spec, d);
            case TemplateList list: return "[" + string.Join(' ', list.Items.Select(i => Format(verb, spec, i))) + "]";
            case TemplateMap map: return "map["
                + string.Join(' ', map.Entries.Select(e => Format(verb, spec, e.Key) + ":" + Format(verb, spec, e.Value))) + "]";
            case TemplateObject fields:
                return "{"
                    + string.Join(' ',
                    fields.Fields.Select(f => (spec.Plus && verb.Value == 'v' ? f.Key + ":" : "") + Format(verb, spec, f.Value))) + "}";
            default: return Text(verb, spec, GoValue.AsText(value)!, value);
        }
    }

    private static string Text(Rune verb, FormatSpec spec, string text, object value)
    {
        if (spec.Precision >= 0 && verb.Value is 's' or 'q' or 'v')
            text = string.Concat(text.EnumerateRunes().Take(spec.Precision).Select(r => r.ToString()));
        return verb.Value switch
        {
            's' or 'v' => spec.Pad(text),
            'q' => spec.Pad(spec.Sharp && !text.Contains('`') ? $"`{text}`" : GoQuote.Quote(text)),
            'x' => spec.Pad(Hex(text, spec, "x2")),
            'X' => spec.Pad(Hex(text, spec, "X2")),
            _ => Bad(verb, value),
        };
    }

    private static string Hex(string text, FormatSpec spec, string form)
    {
        var bytes = Encoding.UTF8.GetBytes(text).Select(b => b.ToString(form, CultureInfo.InvariantCulture));
        var prefix = spec.Sharp ? (form == "x2" ? "0x" : "0X") : "";
        return prefix + string.Join(spec.Space ? " " + prefix : "", bytes);
    }

    private static string Integer(Rune verb, FormatSpec spec, long value)
    {
        switch (verb.Value)
        {
            case 'd' or 'v': return Digits(spec, value, "", Magnitude(value).ToString(CultureInfo.InvariantCulture));
            case 'b': return Digits(spec, value, spec.Sharp ? "0b" : "", Magnitude(value).ToString("b", CultureInfo.InvariantCulture));
            case 'o': return Digits(spec, value, spec.Sharp ? "0" : "", Octal(Magnitude(value)));
            case 'O': return Digits(spec, value, "0o", Octal(Magnitude(value)));
            case 'x': return Digits(spec, value, spec.Sharp ? "0x" : "", Magnitude(value).ToString("x", CultureInfo.InvariantCulture));
            case 'X': return Digits(spec, value, spec.Sharp ? "0X" : "", Magnitude(value).ToString("X", CultureInfo.InvariantCulture));
            case 'c': return spec.Pad(Rune.IsValid((int)value) ? new Rune((int)value).ToString() : "\uFFFD");
            case 'q': return spec.Pad(GoQuote.QuoteRune(value));
            case 'U': return spec.Pad("U+" + value.ToString("X4", CultureInfo.InvariantCulture));
            default: return Bad(verb, value);
        }
    }

    private static ulong Magnitude(long value) => value < 0 ? (ulong)-(value + 1) + 1 : (ulong)value;

    private static string Octal(ulong value)
    {
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, (char)('0' + (int)(value & 7)));
            value >>= 3;
        }
        while (value > 0);
        return digits.ToString();
    }

    private static string Digits(FormatSpec spec, long value, string prefix, string digits)
    {
        if (spec.Precision >= 0) digits = spec.Precision == 0 && value == 0 ? "" : digits.PadLeft(spec.Precision, '0');
        var sign = value < 0 ? "-" : spec.Plus ? "+" : spec.Space ? " " : "";
        if (spec.Zero && !spec.Minus && spec.Precision < 0 && spec.Width > 0) digits = digits.PadLeft(spec.Width - sign.Length, '0');
        return spec.Pad(sign + prefix + digits);
    }

    private static string Real(Rune verb, FormatSpec spec, double value)
    {
        if (verb.Value is not ('v' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G')) return Bad(verb, value);
        var form = verb.Value is 'v' ? 'g' : (char)verb.Value;
        var text = GoFloat.Format(Math.Abs(value), form, spec.Precision);
        var sign = double.IsNegative(value) ? "-" : spec.Plus ? "+" : spec.Space ? " " : "";
        if (spec.Zero && !spec.Minus && spec.Width > 0) text = text.PadLeft(spec.Width - sign.Length, '0');
        return spec.Pad(sign + text);
    }

    /// <summary>%#v: the value as Go source.</summary>
    private static string GoSyntax(object? value) => value switch
    {
        null or NoValue => "interface {}(nil)",
        TemplateList list => list.TypeName + "{" + string.Join(", ", list.Items.Select(GoSyntax)) + "}",
        TemplateMap map => map.TypeName + "{" + string.Join(", ", map.Entries.Select(e => GoQuote.Quote(e.Key) + ":" + GoSyntax(e.Value)))
            + "}",
        TemplateObject fields => fields.TypeName + "{" + string.Join(", ", fields.Fields.Select(f => f.Key + ":" + GoSyntax(f.Value)))
            + "}",
        _ when GoValue.AsText(value) is { } text => GoQuote.Quote(text),
        _ => GoPrinter.Text(value),
    };

    private static string Bad(Rune verb, object value) => $"%!{verb}({GoValue.TypeName(value)}={GoPrinter.Text(value)})";
}
