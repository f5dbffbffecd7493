using System.Buffers.Text;

namespace Gantry.Storage.Archives;

/// <summary>Where the stored pieces of a sparse file belong: GNU's old format and the pax formats 0.0, 0.1 and 1.0.</summary>
internal sealed class TarSparse
{
    private const int MaxPieces = 1 << 20;

    private TarSparse(IReadOnlyList<long> map, long size)
    {
        Map = map;
        Size = size;
    }

    /// <summary>Offset and length by turns, ascending.</summary>
    public IReadOnlyList<long> Map { get; }

    /// <summary>Bytes with the holes.</summary>
    public long Size { get; }

    /// <exception cref="FormatException">The map contradicts itself or the content.</exception>
    public static TarSparse Create(IReadOnlyList<long> map, long size, long stored)
    {
        if (map.Count % 2 != 0) throw new FormatException("sparse map is incomplete");
        long end = 0, total = 0;
        for (int i = 0; i < map.Count; i += 2)
        {
            if (map[i] < end || map[i + 1] < 0 || map[i] > size - map[i + 1]) throw new FormatException("sparse map is out of order");
            end = map[i] + map[i + 1];
            total += map[i + 1];
        }
        return total == stored && size >= 0 ? new TarSparse(map, size) : throw new FormatException("sparse map does not fit the content");
    }

    public static void AddOld(List<long> map, ReadOnlySpan<byte> fields)
    {
        for (; fields.Length >= 24 && fields[0] != 0; fields = fields[24..])
        {
            if (map.Count > 2 * MaxPieces) throw GantryException.Invalid("archive: a sparse file has too many pieces");
            map.Add(TarNumber.Parse(fields[..12]) ?? -1);
            map.Add(TarNumber.Parse(fields.Slice(12, 12)) ?? -1);
        }
    }

    /// <returns>Null when the records describe no sparse file.</returns>
    public static TarSparse? FromPax(PaxRecords pax, TarEntry entry, TarReader reader)
    {
        if (pax.Number("GNU.sparse.major") == 1)
        {
            long size = pax.Number("GNU.sparse.realsize") ?? throw new FormatException("sparse file without its size");
            List<long> map = ReadMap(reader);
            return Create(map, size, reader.Remaining);
        }
        if (pax.Number("GNU.sparse.size") is not { } realSize) return null;
        return Create(pax.Bytes("GNU.sparse.map") is { } text ? ParseMap(text) : pax.SparseMap, realSize, entry.Size);
    }

    /// <summary>Format 1.0: decimal numbers on lines at the beginning of the content, padded to a block.</summary>
    private static List<long> ReadMap(TarReader reader)
    {
        List<long> numbers = [];
        long expected = 1, value = 0;
        bool any = false;
        while (numbers.Count < expected)
        {
            foreach (byte c in reader.ReadContentBlock())
            {
                if (numbers.Count == expected) break;
                if (c is >= (byte)'0' and <= (byte)'9' && value < long.MaxValue / 16)
                {
                    value = value * 10 + (c - '0');
                    any = true;
                    continue;
                }
                if (c != '\n' || !any) throw new FormatException("sparse map is no list of numbers");
                numbers.Add(value);
                if (numbers.Count == 1) expected = value <= MaxPieces ? 1 + 2 * value : throw new FormatException("sparse map is too long");
                value = 0;
                any = false;
            }
        }
        numbers.RemoveAt(0);
        return numbers;
    }

    private static List<long> ParseMap(ReadOnlySpan<byte> text)
    {
        List<long> numbers = [];
        while (!text.IsEmpty)
        {
            if (!Utf8Parser.TryParse(text, out long number, out int used)) throw new FormatException("sparse map is no list of numbers");
            numbers.Add(number);
            text = text[used..];
            if (!text.IsEmpty) text = text[0] == ',' ? text[1..] : throw new FormatException("sparse map is no list of numbers");
        }
        return numbers;
    }
}
