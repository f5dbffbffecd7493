using System.Globalization;
using Gantry.Cli.Options;

namespace Gantry.Cli.Templates;

/// <summary>Floating point in Go's notations; two exponent digits at least.</summary>
internal static class GoFloat
{
    /// <summary>Shortest text that reads back as the same number; exponent form below 1e-4 and from 1e21 (as %v) on.</summary>
    public static string Shortest(double value) => Shortest(value, 1e-4, 1e21);

    /// <summary>Exponent form below 1e-6 and from 1e21 on; small exponents there have one digit.</summary>
    public static string Json(double value) => Shortest(value, 1e-6, 1e21).Replace("e-0", "e-", StringComparison.Ordinal);

    private static string Shortest(double value, double low, double high)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        var size = Math.Abs(value);
        if (size != 0 && (size < low || size >= high)) return FixExponent(value.ToString("E16", CultureInfo.InvariantCulture), value);
        return value.ToString("0.####################", CultureInfo.InvariantCulture) is var plain
            && double.Parse(plain, CultureInfo.InvariantCulture) == value
            ? plain
            : value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string FixExponent(string fallback, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0) return Exponent(fallback);
        return text[..mark] + "e" + text[mark + 1] + text[(mark + 2)..].PadLeft(2, '0');
    }

    /// <summary>%e, %f and %g with a given precision; a negative one means as many digits as needed.</summary>
    public static string Format(double value, char verb, int precision)
    {
        if (double.IsNaN(value) || double.IsInfinity(value)) return Shortest(value);
        switch (verb)
        {
            case 'f' or 'F':
                return value.ToString("F" + (precision < 0 ? 6 : precision).ToString(CultureInfo.InvariantCulture),
                    CultureInfo.InvariantCulture);
            case 'e' or 'E':
                var scientific = Exponent(value.ToString("E" + (precision < 0 ? 6 : precision).ToString(CultureInfo.InvariantCulture),
                    CultureInfo.InvariantCulture));
                return verb == 'E' ? scientific.ToUpperInvariant() : scientific;
            default:
                return precision < 0 ? Shortest(value) : General(value, precision == 0 ? 1 : precision);
        }
    }

    private static string General(double value, int precision)
    {
        var scientific =
            Exponent(value.ToString("E" + (precision - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        var mark = scientific.IndexOf('e', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= precision) return Trim(scientific[..mark]) + scientific[mark..];
        return Trim(value.ToString("F" + (precision - 1 - exponent).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    private static string Trim(string digits) => digits.Contains('.') ? digits.TrimEnd('0').TrimEnd('.') : digits;

    /// <summary>.NET writes at least three exponent digits ("E+006"), Go at least two.</summary>
    private static string Exponent(string text)
    {
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        return text[..mark] + "e" + text[mark + 1] + text[(mark + 2)..].TrimStart('0').PadLeft(2, '0');
    }
}
