using System.Globalization;

namespace Gantry.Engine.Images;

/// <summary>A mark for the free space of a file system: bytes, or a part of the whole.</summary>
public readonly record struct FreeSpace(double Amount, bool IsPercent)
{
    public long Of(long total) => IsPercent ? (long)(total * Amount / 100) : (long)Amount;

    public override string ToString() =>
        IsPercent ? $"{Amount.ToString(CultureInfo.InvariantCulture)}%" : $"{Amount.ToString(CultureInfo.InvariantCulture)} bytes";

    /// <param name="text"><c>10%</c>, <c>5GB</c>, <c>500m</c>, or bytes; a unit is a power of 1024.</param>
    /// <returns>False for what is none, or more than a whole.</returns>
    public static bool TryParse(string text, out FreeSpace space)
    {
        bool percent = text.EndsWith('%');
        long bytes = 0;
        double part = 0;
        bool valid = percent ? double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out part)
            && part <= 100 : ByteSize.TryParse(text, out bytes);
        space = new FreeSpace(percent ? part : bytes, percent);
        return valid;
    }
}
