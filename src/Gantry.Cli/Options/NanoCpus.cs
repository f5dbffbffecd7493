using System.Globalization;

namespace Gantry.Cli.Options;

/// <summary><c>--cpus 1.5</c> in billionths of a processor.</summary>
internal static class NanoCpus
{
    public static long Parse(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cpus) || cpus > 1_000_000)
            throw new FormatException($"failed to parse {text} as a rational number");
        decimal nano = cpus * 1_000_000_000m;
        return nano == decimal.Truncate(nano) ? (long)nano : throw new FormatException("value is too precise");
    }
}
