using System.Text;

namespace Gantry;

/// <summary>File names are bytes, and need not be UTF-8. As text, a byte that belongs to none is one lone surrogate, U+DC80 to U+DCFF, so
/// that nothing is lost on the way through a string.</summary>
/// <remarks>No text that comes from elsewhere has a lone surrogate: UTF-8 cannot hold one. Shown or written as UTF-8,
/// it is a replacement character.</remarks>
public static class ByteText
{
    private const char First = '\uDC80', Last = '\uDCFF';

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (valid) text.Append(rune.ToString());
            else foreach (byte value in bytes[..length]) text.Append((char)(0xDC00 | value));
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    public static byte[] Bytes(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(First, Last)) return Encoding.UTF8.GetBytes(text);
        List<byte> bytes = new(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (int i = 0; i < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                i += rune.Utf16SequenceLength;
            }
            else if (text[i++] is >= First and <= Last and var single) bytes.Add((byte)single);
            else bytes.AddRange("\uFFFD"u8);
        }
        return [.. bytes];
    }
}
