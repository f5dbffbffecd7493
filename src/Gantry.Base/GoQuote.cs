using System.Globalization;
using System.Text;

namespace Gantry;

/// <summary>Go's quoted string syntax, both directions.</summary>
public static class GoQuote
{
    public static string Quote(string text)
    {
        var output = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes()) AppendEscaped(output, rune, '"');
        return output.Append('"').ToString();
    }

    public static string QuoteRune(long value)
    {
        var rune = Rune.IsValid((int)value) ? new Rune((int)value) : Rune.ReplacementChar;
        var output = new StringBuilder().Append('\'');
        AppendEscaped(output, rune, '\'');
        return output.Append('\'').ToString();
    }

    private static void AppendEscaped(StringBuilder output, Rune rune, char quote)
    {
        switch (rune.Value)
        {
            case '\a': output.Append("\\a"); break;
            case '\b': output.Append("\\b"); break;
            case '\f': output.Append("\\f"); break;
            case '\n': output.Append("\\n"); break;
            case '\r': output.Append("\\r"); break;
            case '\t': output.Append("\\t"); break;
            case '\v': output.Append("\\v"); break;
            case '\\': output.Append("\\\\"); break;
            case var c when c == quote: output.Append('\\').Append(quote); break;
            case < 0x20 or 0x7f: output.Append("\\x").Append(rune.Value.ToString("x2", CultureInfo.InvariantCulture)); break;
            default: output.Append(rune.ToString()); break;
        }
    }

    /// <summary>Reads the body of an interpreted string or character literal, without its quotes.</summary>
    /// <returns>False when an escape is not one of Go's.</returns>
    public static bool TryUnquote(ReadOnlySpan<char> body, char quote, out string value)
    {
        var output = new StringBuilder(body.Length);
        value = "";
        for (var i = 0; i < body.Length; i++)
        {
            var c = body[i];
            if (c == quote || c == '\n') return false;
            if (c != '\\') { output.Append(c); continue; }
            if (++i >= body.Length || !TryEscape(body, ref i, quote, output)) return false;
        }
        value = output.ToString();
        return true;
    }

    private static bool TryEscape(ReadOnlySpan<char> body, ref int i, char quote, StringBuilder output)
    {
        switch (body[i])
        {
            case 'a': output.Append('\a'); return true;
            case 'b': output.Append('\b'); return true;
            case 'f': output.Append('\f'); return true;
            case 'n': output.Append('\n'); return true;
            case 'r': output.Append('\r'); return true;
            case 't': output.Append('\t'); return true;
            case 'v': output.Append('\v'); return true;
            case '\\': output.Append('\\'); return true;
            case var c when c == quote: output.Append(quote); return true;
            case 'x': return TryNumeric(body, ref i, 2, output);
            case 'u': return TryNumeric(body, ref i, 4, output);
            case 'U': return TryNumeric(body, ref i, 8, output);
            case >= '0' and <= '7': return TryOctal(body, ref i, output);
            default: return false;
        }
    }

    private static bool TryNumeric(ReadOnlySpan<char> body, ref int i, int digits, StringBuilder output)
    {
        if (i + digits >= body.Length) return false;
        if (!int.TryParse(body.Slice(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || !Rune.IsValid(code)) return false;
        output.Append(new Rune(code).ToString());
        i += digits;
        return true;
    }

    private static bool TryOctal(ReadOnlySpan<char> body, ref int i, StringBuilder output)
    {
        if (i + 2 >= body.Length) return false;
        var code = 0;
        for (var n = 0; n < 3; n++)
        {
            if (body[i + n] is < '0' or > '7') return false;
            code = code * 8 + (body[i + n] - '0');
        }
        if (code > 255) return false;
        output.Append((char)code);
        i += 2;
        return true;
    }
}
