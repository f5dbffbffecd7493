using System.Globalization;

namespace Gantry.Cli.Templates;

/// <summary>Go's number literals: decimal, hexadecimal, octal, binary, underscores and floats.</summary>
internal static class GoNumber
{
    /// <param name="text">The literal with an optional sign.</param>
    /// <param name="value">A <see cref="long"/> where the literal is a whole number that fits, otherwise a <see cref="double"/>.</param>
    public static bool TryParse(string text, out object value)
    {
        value = 0L;
        var negative = text.StartsWith('-');
        var digits = text.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        if (digits.Length == 0) return false;
        if (TryInteger(digits, out var whole))
        {
            value = negative ? -whole : whole;
            return true;
        }
        if (!char.IsAsciiDigit(digits[0]) && digits[0] != '.') return false;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(digits, Style, CultureInfo.InvariantCulture, out var real)) return false;
        // 1e3 counts as a whole number too, as in Go.
        if (Math.Abs(real) < 1L << 53 && real == Math.Floor(real) && !digits.Contains('.')) value = (long)(negative ? -real : real);
        else value = negative ? -real : real;
        return true;
    }

    private static bool TryInteger(string digits, out long value)
    {
        value = 0;
        if (digits.Length > 1 && digits[0] == '0')
        {
            var (radix, from) = char.ToLowerInvariant(digits[1]) switch
            {
                'x' => (16, 2),
                'b' => (2, 2),
                'o' => (8, 2),
                _ => (8, 1),
            };
            return TryRadix(digits.AsSpan(from), radix, out value);
        }
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryRadix(ReadOnlySpan<char> digits, int radix, out long value)
    {
        value = 0;
        if (digits.IsEmpty) return false;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix || value > (long.MaxValue - digit) / radix) return false;
            value = value * radix + digit;
        }
        return true;
    }
}
