using System.Buffers.Text;
using System.Text;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Archives;

/// <summary>Extended headers of POSIX.1-2001 (pax): records <c>length keyword=value\n</c> that overrule the next header.</summary>
internal sealed class PaxRecords
{
    private const string AttributePrefix = "SCHILY.xattr.";
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<byte[], byte[]>> _attributes = [];
    /// <summary>The map of sparse format 0.0: offset and size by turns, each a record of its own with the same keyword.</summary>
    private readonly List<long> _sparse = [];

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Attributes => _attributes;
    public IReadOnlyList<long> SparseMap => _sparse;

    /// <exception cref="FormatException">The records are damaged.</exception>
    public static PaxRecords Parse(ReadOnlySpan<byte> content)
    {
        PaxRecords records = new();
        while (!content.IsEmpty)
        {
            int space = content.IndexOf((byte)' ');
            if (space is < 1 or > 10 || !Utf8Parser.TryParse(content[..space], out int length, out int used) || used != space
                || length <= space + 2 || length > content.Length || content[length - 1] != '\n')
                throw new FormatException("extended header has a record of impossible length");
            ReadOnlySpan<byte> record = content[(space + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1) throw new FormatException("extended header has a record without keyword");
            records.Add(record[..equals], record[(equals + 1)..]);
            content = content[length..];
        }
        return records;
    }

    private void Add(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value)
    {
        // Attribute names may be any bytes, so the prefix is compared before anything is decoded.
        if (keyword.StartsWith("SCHILY.xattr."u8))
        {
            _attributes.Add(new(keyword[AttributePrefix.Length..].ToArray(), value.ToArray()));
            return;
        }
        string key = Encoding.UTF8.GetString(keyword);
        if (key is "GNU.sparse.offset" or "GNU.sparse.numbytes") _sparse.Add(ParseNumber(value, key));
        else if (value.IsEmpty) _values.Remove(key);
        else _values[key] = value.ToArray();
    }

    public byte[]? Bytes(string keyword)
    {
        if (!_values.TryGetValue(keyword, out byte[]? value)) return null;
        return value.AsSpan().Contains((byte)0) ? throw new FormatException($"extended header \"{keyword}\" holds a NUL") : value;
    }

    public long? Number(string keyword) => _values.TryGetValue(keyword, out byte[]? value) ? ParseNumber(value, keyword) : null;

    /// <summary>Seconds with any number of decimals; what is below a nanosecond is cut off.</summary>
    public FileTime? Time(string keyword)
    {
        if (!_values.TryGetValue(keyword, out byte[]? value)) return null;
        ReadOnlySpan<byte> text = value;
        int dot = text.IndexOf((byte)'.');
        long seconds = ParseNumber(dot < 0 ? text : text[..dot], keyword);
        uint nanoseconds = 0;
        if (dot >= 0)
        {
            ReadOnlySpan<byte> decimals = text[(dot + 1)..];
            for (int i = 0; i < 9; i++)
            {
                int digit = i < decimals.Length ? decimals[i] - '0' : 0;
                if (digit is < 0 or > 9) throw new FormatException($"extended header \"{keyword}\" is no time");
                nanoseconds = nanoseconds * 10 + (uint)digit;
            }
        }
        bool negative = text.StartsWith("-"u8) && nanoseconds > 0;
        return negative ? new FileTime(seconds - 1, 1_000_000_000 - nanoseconds) : new FileTime(seconds, nanoseconds);
    }

    private static long ParseNumber(ReadOnlySpan<byte> value, string keyword) =>
        Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length ? number
            : throw new FormatException($"extended header \"{keyword}\" is no number");
}
