using System.Globalization;

namespace Gantry.Engine.Images;

/// <summary>A mark for the free space of a file system: bytes, or a part of the whole.</summary>
public readonly record struct FreeSpace(double Amount, bool IsPercent)
{
    public long Of(long total) => IsPercent ? (long)(total * Amount / 100) : (long)Amount;

    public override string ToString() => IsPercent ? $"{Amount.ToString(CultureInfo.InvariantCulture)}%" : $"{Amount.ToString(CultureInfo.InvariantCulture)} bytes";

    /// <param name="text"><c>10%</c>, <c>5GB</c>, <c>500m</c>, or bytes; a unit is a power of 1024.</param>
    /// <returns>False for what is none, or more than a whole.</returns>
    public static bool TryParse(string text, out FreeSpace space)
    {
        bool percent = text.EndsWith('%');
        string number = percent ? text[..^1] : text.TrimEnd('b', 'B', 'k', 'K', 'm', 'M', 'g', 'G', 't', 'T');
        string unit = percent ? "" : text[number.Length..].ToLowerInvariant().TrimEnd('b');
        int shift = unit switch { "" => 0, "k" => 10, "m" => 20, "g" => 30, "t" => 40, _ => -1 };
        bool valid = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount);
        space = new FreeSpace(shift < 0 ? 0 : amount * (1L << shift), percent);
        return valid && shift >= 0 && (!percent || amount <= 100);
    }
}
