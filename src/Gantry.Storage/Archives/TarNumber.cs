namespace Gantry.Storage.Archives;

/// <summary>Numbers in tar headers: octal text, or GNU's base-256 where octal has no room.</summary>
internal static class TarNumber
{
    /// <returns>Null when it is neither.</returns>
    public static long? Parse(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0) return ParseBinary(field);
        ReadOnlySpan<byte> text = field.Trim(" \0"u8);
        int end = text.IndexOfAny((byte)' ', (byte)0);
        if (end >= 0) text = text[..end];
        long value = 0;
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3) return null;
            value = (value << 3) | (uint)(digit - '0');
        }
        return value;
    }

    /// <summary>Two's complement, big-endian, the topmost bit being the marker and the next one the sign.</summary>
    private static long? ParseBinary(ReadOnlySpan<byte> field)
    {
        bool negative = (field[0] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < field.Length; i++)
        {
            byte next = i > 0 ? field[i] : (byte)(negative ? field[0] | 0x80 : field[0] & 0x7f);
            if (value > long.MaxValue >> 8 || value < long.MinValue >> 8) return null;
            value = (value << 8) | next;
        }
        return value;
    }

    /// <summary>Octal where it fits, base-256 otherwise.</summary>
    public static void Write(Span<byte> field, long value)
    {
        int digits = field.Length - 1;
        if (value >= 0 && (digits >= 21 || value < 1L << (3 * digits)))
        {
            for (int i = digits - 1; i >= 0; i--, value >>= 3) field[i] = (byte)('0' + (value & 7));
            field[digits] = 0;
            return;
        }
        for (int i = field.Length - 1; i >= 0; i--, value >>= 8) field[i] = (byte)value;
        field[0] |= 0x80;
    }
}
