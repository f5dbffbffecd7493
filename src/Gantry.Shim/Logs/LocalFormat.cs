using System.Buffers.Text;

namespace Gantry.Shim.Logs;

/// <summary>The driver <c>local</c>: the output as it is, byte for byte, behind a time, a letter and a length. Half of json-file's size,
/// and readable as it stands.</summary>
/// <remarks>
/// <para><c>2026-01-02T03:04:05.0000000Z o 4 text</c>, then a newline. The letter is <c>o</c> for stdout and <c>e</c> for stderr, in
/// capitals where the line goes on in the next record; the length counts the bytes of the text without its newline.</para>
/// <para>The length says whether a record is whole: one that was cut short and closed by a newline has less.</para>
/// </remarks>
internal sealed class LocalFormat : LogFormat
{
    private const int Overhead = LogText.FixedTime + 3 + 10 + 2;

    private byte[] _text = [];

    public override int Room(int length) => length + Overhead;

    public override int Write(byte stream, ReadOnlySpan<byte> text, DateTime time, Span<byte> target)
    {
        bool whole = text.Length > 0 && text[^1] == (byte)'\n';
        if (whole) text = text[..^1];
        int count = LogText.Fixed(time, target);
        target[count++] = (byte)' ';
        target[count++] = (byte)((stream == ShimFrame.Stderr ? 'e' : 'o') - (whole ? 0 : 'a' - 'A'));
        target[count++] = (byte)' ';
        Utf8Formatter.TryFormat(text.Length, target[count..], out int digits);
        count += digits;
        target[count++] = (byte)' ';
        text.CopyTo(target[count..]);
        count += text.Length;
        target[count++] = (byte)'\n';
        return count;
    }

    public override LogRecord? Parse(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out DateTimeOffset time, out int at, 'O') || line.Length < at + 5
            || line[at] != (byte)' ' || line[at + 2] != (byte)' ') return null;
        byte letter = line[at + 1];
        if ((letter | 0x20) is not ('o' or 'e')) return null;
        at += 3;
        if (!Utf8Parser.TryParse(line[at..], out int length, out int digits) || length < 0) return null;
        at += digits + 1;
        if (line.Length - at != length || line[at - 1] != (byte)' ') return null;
        if (_text.Length <= length) _text = new byte[Math.Max(length * 2, 4096)];
        line[at..].CopyTo(_text);
        bool whole = (letter & 0x20) != 0;
        if (whole) _text[length++] = (byte)'\n';
        return new LogRecord((letter | 0x20) == 'e' ? ShimFrame.Stderr : ShimFrame.Stdout, time, _text.AsMemory(0, length), null);
    }
}
