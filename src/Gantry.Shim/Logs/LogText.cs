using System.Buffers;
using System.Text;

namespace Gantry.Shim.Logs;

/// <summary>Writes JSON strings as Docker's log driver does, byte for byte.</summary>
/// <remarks>
/// &lt;, &gt; and &amp; are escaped, so are U+2028 and U+2029; control characters other than newline and carriage return become \u00XX;
/// every byte that is not part of valid UTF-8 becomes \ufffd.
/// </remarks>
public static class LogText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(Special());

    /// <summary>Bytes that one byte of input can become.</summary>
    public const int MaxExpansion = 6;

    /// <returns>Bytes written to <paramref name="target"/>, which must hold <see cref="MaxExpansion"/> for each of
    /// <paramref name="text"/>.</returns>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        int written = 0;
        while (true)
        {
            int plain = text.IndexOfAny(Escaped);
            if (plain < 0) plain = text.Length;
            text[..plain].CopyTo(target[written..]);
            written += plain;
            text = text[plain..];
            if (text.IsEmpty) return written;
            written += text[0] < 0x80 ? EscapeAscii(text[0], target[written..]) : EscapeOther(text, target[written..], out plain);
            text = text[(text[0] < 0x80 ? 1 : plain)..];
        }
    }

    private static int EscapeAscii(byte value, Span<byte> target)
    {
        target[0] = (byte)'\\';
        if (value is (byte)'"' or (byte)'\\' or (byte)'\n' or (byte)'\r')
        {
            target[1] = value switch { (byte)'\n' => (byte)'n', (byte)'\r' => (byte)'r', _ => value };
            return 2;
        }
        "u00"u8.CopyTo(target[1..]);
        target[4] = Hex(value >> 4);
        target[5] = Hex(value & 0xF);
        return 6;
    }

    private static int EscapeOther(ReadOnlySpan<byte> text, Span<byte> target, out int consumed)
    {
        if (Rune.DecodeFromUtf8(text, out Rune rune, out consumed) != OperationStatus.Done)
        {
            consumed = 1;
            @"\ufffd"u8.CopyTo(target);
            return 6;
        }
        if (rune.Value is 0x2028 or 0x2029)
        {
            @"\u2028"u8.CopyTo(target);
            target[5] = Hex(rune.Value & 0xF);
            return 6;
        }
        text[..consumed].CopyTo(target);
        return consumed;
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);

    private static byte[] Special()
    {
        List<byte> bytes = [.. "\"\\<>&"u8];
        for (int value = 0; value < 256; value++)
        {
            if (value is < 0x20 or >= 0x80) bytes.Add((byte)value);
        }
        return [.. bytes];
    }

    public const int MaxTime = 30;

    /// <summary>RFC 3339 in UTC, trailing zeros of the fraction left out.</summary>
    public static int Time(DateTime time, Span<byte> target)
    {
        int at = Fixed(time, target) - 1;
        while (target[at - 1] == (byte)'0') at--;
        if (target[at - 1] == (byte)'.') at--;
        target[at++] = (byte)'Z';
        return at;
    }

    /// <summary>Bytes of <see cref="Fixed"/>.</summary>
    public const int FixedTime = 28;

    /// <summary>RFC 3339 in UTC with all seven digits of the fraction.</summary>
    public static int Fixed(DateTime time, Span<byte> target)
    {
        int at = 0;
        at = Digits(target, at, time.Year, 4, (byte)'-');
        at = Digits(target, at, time.Month, 2, (byte)'-');
        at = Digits(target, at, time.Day, 2, (byte)'T');
        at = Digits(target, at, time.Hour, 2, (byte)':');
        at = Digits(target, at, time.Minute, 2, (byte)':');
        at = Digits(target, at, time.Second, 2, (byte)'.');
        return Digits(target, at, (int)(time.Ticks % TimeSpan.TicksPerSecond), 7, (byte)'Z');
    }

    private static int Digits(Span<byte> target, int at, int value, int count, byte then)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            target[at + i] = (byte)('0' + value % 10);
            value /= 10;
        }
        target[at + count] = then;
        return at + count + 1;
    }
}
