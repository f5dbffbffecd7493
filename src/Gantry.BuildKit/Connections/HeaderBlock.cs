using System.Buffers;

namespace Gantry.BuildKit.Connections;

/// <summary>The fields of a request's head in the encoding of RFC 7541.</summary>
internal static class HeaderBlock
{
    /// <summary>Between the values of one field that is to be several.</summary>
    public const char Separator = '\x01';

    /// <summary>Writes the block anew, with a field for each value.</summary>
    /// <remarks>Only fields that stand for themselves are divided: nothing that either side remembers changes.</remarks>
    /// <returns>False for one that cannot be read: it is to be left as it is.</returns>
    public static bool Divide(ReadOnlySpan<byte> block, IBufferWriter<byte> output)
    {
        while (!block.IsEmpty)
        {
            ReadOnlySpan<byte> field = block;
            byte first = block[0];
            (int prefix, bool hasStrings) = first switch
            {
                >= 0x80 => (7, false), >= 0x40 => (6, true), >= 0x20 => (5, false), _ => (4, true),
            };
            if (!Number(ref block, prefix, out int index)) return false;
            if (!hasStrings)
            {
                output.Write(field[..^block.Length]);
                continue;
            }
            if (index == 0 && !Text(ref block, out _, out _)) return false;
            ReadOnlySpan<byte> name = field[..^block.Length];
            if (!Text(ref block, out ReadOnlySpan<byte> value, out bool isPacked)) return false;
            if (first >= 0x20 || isPacked || !value.Contains((byte)Separator)) output.Write(field[..^block.Length]);
            else Write(name, value, output);
        }
        return true;
    }

    private static void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> values, IBufferWriter<byte> output)
    {
        foreach (Range range in values.Split((byte)Separator))
        {
            ReadOnlySpan<byte> value = values[range];
            output.Write(name);
            Span<byte> length = output.GetSpan(6);
            int count = 0, rest = value.Length;
            if (rest < 0x7f) length[count++] = (byte)rest;
            else
            {
                length[count++] = 0x7f;
                for (rest -= 0x7f; rest >= 0x80; rest >>= 7) length[count++] = (byte)(rest | 0x80);
                length[count++] = (byte)rest;
            }
            output.Advance(count);
            output.Write(value);
        }
    }

    private static bool Text(ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> text, out bool isPacked)
    {
        text = default;
        isPacked = !block.IsEmpty && block[0] >= 0x80;
        if (!Number(ref block, 7, out int length) || length > block.Length) return false;
        text = block[..length];
        block = block[length..];
        return true;
    }

    /// <remarks>RFC 7541, 5.1.</remarks>
    private static bool Number(ref ReadOnlySpan<byte> block, int prefix, out int number)
    {
        number = 0;
        if (block.IsEmpty) return false;
        int most = (1 << prefix) - 1;
        number = block[0] & most;
        block = block[1..];
        if (number < most) return true;
        for (int shift = 0; shift <= 21 && !block.IsEmpty; shift += 7)
        {
            byte next = block[0];
            block = block[1..];
            number += (next & 0x7f) << shift;
            if (next < 0x80) return true;
        }
        return false;
    }
}
