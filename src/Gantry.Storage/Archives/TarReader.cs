using Gantry.Linux.Trees;

namespace Gantry.Storage.Archives;

/// <summary>Reads tar archives as they stream by: v7, ustar, GNU and pax, sparse files included.</summary>
/// <remarks>
/// The framework's reader decodes names and extended attributes as text, which damages file capabilities and names that are not UTF-8;
/// see docs/decisions. Bytes from outside: every size is bounded before memory is taken. Not thread-safe.
/// </remarks>
public sealed class TarReader
{
    private const int BlockSize = 512;
    /// <summary>Extended headers and long names; the largest attribute that Linux allows is 64 KiB.</summary>
    private const int MaxExtension = 1 << 20;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[256 << 10];
    private int _start, _end;
    /// <summary>Of the current member: bytes stored that have not been read, and the padding after them.</summary>
    private long _remaining;
    private int _padding;
    private string _current = "";
    private TarSparse? _sparse;
    private bool _ended;

    public TarReader(Stream stream) => _stream = stream;

    /// <summary>Members so far.</summary>
    public long Count { get; private set; }

    /// <summary>Where the content of the current member with its holes lies; null for one without.</summary>
    internal TarSparse? Sparse => _sparse;

    /// <summary>Whether the content of the current member has holes, so that what <see cref="Read"/> gives is not the whole.</summary>
    public bool IsSparse => _sparse is not null;

    /// <summary>The next member, or null at the end. What of the previous one was not read is skipped.</summary>
    /// <exception cref="GantryException">Invalid: the archive is damaged or ends too early; says after which member.</exception>
    public TarEntry? Next()
    {
        if (_ended) return null;
        Skip();
        PaxRecords? pax = null;
        byte[]? longName = null, longLink = null;
        while (true)
        {
            ReadOnlySpan<byte> header = ReadHeader();
            if (header.IsEmpty) return End(pax is not null || longName is not null || longLink is not null);
            byte flag = header[156];
            if (flag is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K')
            {
                byte[] extension = ReadExtension(Number(header, 124, 12, "size"));
                // A global header carries defaults such as the commit of a source archive: nothing that belongs to a file.
                if (flag == 'x') pax = Checked(() => PaxRecords.Parse(extension));
                else if (flag == 'L') longName = UpToNul(extension).ToArray();
                else if (flag == 'K') longLink = UpToNul(extension).ToArray();
                continue;
            }
            TarEntry entry = ReadEntry(header, longName, longLink);
            _current = entry.ShownName;
            if (pax is not null) Checked(() => { Apply(pax, entry); return 0; });
            _current = entry.ShownName;
            Begin(entry, pax);
            Count++;
            return entry;
        }
    }

    /// <summary>The next piece of the current member's content as stored, straight from the buffer; empty at its end.
    /// Valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(int most = int.MaxValue)
    {
        if (_remaining == 0) return [];
        if (_start == _end && !Fill()) throw Truncated();
        int length = (int)Math.Min(Math.Min(_end - _start, _remaining), most);
        ReadOnlySpan<byte> piece = _buffer.AsSpan(_start, length);
        _start += length;
        _remaining -= length;
        return piece;
    }

    /// <summary>Reads on to the end of the stream behind the archive's end mark, so that a digest of the whole can be made.</summary>
    public void Drain()
    {
        do _start = _end;
        while (Fill());
    }

    /// <summary>A small member, whole.</summary>
    /// <exception cref="GantryException">Invalid: larger than <paramref name="limit"/> bytes.</exception>
    public byte[] ReadAll(int limit)
    {
        if (_remaining > limit)
            throw GantryException.Invalid($"archive: \"{_current}\" has {_remaining} bytes; at most {limit} are expected of it");
        byte[] content = new byte[_remaining];
        for (int offset = 0; offset < content.Length;)
        {
            ReadOnlySpan<byte> piece = Read();
            piece.CopyTo(content.AsSpan(offset));
            offset += piece.Length;
        }
        return content;
    }

    private TarEntry? End(bool extensionWithoutMember)
    {
        _ended = true;
        return extensionWithoutMember ? throw Damaged("ends with an extended header that belongs to no member") : null;
    }

    private void Begin(TarEntry entry, PaxRecords? pax)
    {
        bool hasContent = entry.Type is TarEntryType.Regular or TarEntryType.Other;
        // Some writers give links the size of their target, without content.
        _remaining = hasContent ? entry.Size : 0;
        if (!hasContent) entry.Size = 0;
        _padding = (int)(-_remaining & (BlockSize - 1));
        if (_sparse is null && pax is not null) _sparse = Checked(() => TarSparse.FromPax(pax, entry, this));
        if (_sparse is null) return;
        entry.Size = _sparse.Size;
        entry.Type = TarEntryType.Regular;
    }

    private TarEntry ReadEntry(ReadOnlySpan<byte> header, byte[]? longName, byte[]? longLink)
    {
        bool ustar = header.Slice(257, 5).SequenceEqual("ustar"u8);
        bool gnu = ustar && header[262] == ' ';
        ReadOnlySpan<byte> name = UpToNul(header[..100]), prefix = ustar && !gnu ? UpToNul(header.Slice(345, 155)) : [];
        byte flag = header[156];
        TarEntry entry = new()
        {
            Flag = flag,
            Name = longName ?? (prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name]),
            LinkName = longLink ?? UpToNul(header.Slice(157, 100)).ToArray(),
            Mode = (uint)Number(header, 100, 8, "mode") & Octal.O7777,
            Size = Number(header, 124, 12, "size"),
        };
        _current = entry.ShownName;
        entry.Uid = Identifier(Number(header, 108, 8, "uid"), "uid");
        entry.Gid = Identifier(Number(header, 116, 8, "gid"), "gid");
        entry.Modified = new FileTime(Number(header, 136, 12, "mtime"), 0);
        entry.Type = TypeOf(flag, entry.Name);
        if (entry.Size < 0) throw Damaged("has a negative size");
        if (ustar && entry.Type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice)
        {
            entry.DeviceMajor = Identifier(Number(header, 329, 8, "device number"), "device number");
            entry.DeviceMinor = Identifier(Number(header, 337, 8, "device number"), "device number");
        }
        _sparse = gnu && flag == 'S' ? ReadOldSparse(header.ToArray(), entry) : null;
        return entry;
    }

    /// <summary>GNU's own sparse format: four pieces in the header, further ones in blocks between header and content.</summary>
    private TarSparse ReadOldSparse(byte[] header, TarEntry entry)
    {
        List<long> map = [];
        TarSparse.AddOld(map, header.AsSpan(386, 96));
        bool more = header[482] != 0;
        while (more)
        {
            ReadOnlySpan<byte> block = ReadBlock();
            if (block.IsEmpty) throw Truncated();
            TarSparse.AddOld(map, block[..504]);
            more = block[504] != 0;
        }
        long realSize = Number(header, 483, 12, "real size");
        return Checked(() => TarSparse.Create(map, realSize, entry.Size));
    }

    private static TarEntryType TypeOf(byte flag, byte[] name) => flag switch
    {
        // Before POSIX a directory was a regular file whose name ends with a slash.
        0 or (byte)'0' when name.Length > 0 && name[^1] == '/' => TarEntryType.Directory,
        0 or (byte)'0' or (byte)'7' => TarEntryType.Regular,
        (byte)'1' => TarEntryType.HardLink,
        (byte)'2' => TarEntryType.Link,
        (byte)'3' => TarEntryType.CharacterDevice,
        (byte)'4' => TarEntryType.BlockDevice,
        (byte)'5' => TarEntryType.Directory,
        (byte)'6' => TarEntryType.Fifo,
        _ => TarEntryType.Other,
    };

    private void Apply(PaxRecords pax, TarEntry entry)
    {
        entry.Name = pax.Bytes("GNU.sparse.name") ?? pax.Bytes("path") ?? entry.Name;
        entry.LinkName = pax.Bytes("linkpath") ?? entry.LinkName;
        entry.Size = pax.Number("size") ?? entry.Size;
        if (entry.Size < 0) throw Damaged("has a negative size");
        entry.Uid = Identifier(pax.Number("uid") ?? entry.Uid, "uid");
        entry.Gid = Identifier(pax.Number("gid") ?? entry.Gid, "gid");
        entry.Modified = pax.Time("mtime") ?? entry.Modified;
        entry.Attributes = pax.Attributes;
        entry.Type = TypeOf(entry.Flag, entry.Name);
    }

    private long Number(ReadOnlySpan<byte> header, int offset, int length, string what) =>
        TarNumber.Parse(header.Slice(offset, length)) ?? throw Damaged($"has a {what} that is no number");

    private uint Identifier(long value, string what) =>
        value is >= 0 and <= uint.MaxValue ? (uint)value : throw Damaged($"has the impossible {what} {value}");

    private T Checked<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            throw Damaged($"is damaged: {e.Message}");
        }
    }

    private byte[] ReadExtension(long size)
    {
        if (size is < 0 or > MaxExtension)
            throw Damaged($"is followed by an extended header of {size} bytes; at most {MaxExtension} are allowed");
        _remaining = size;
        _padding = (int)(-size & (BlockSize - 1));
        byte[] content = ReadAll(MaxExtension);
        Skip();
        return content;
    }

    /// <returns>Empty at the end: two blocks of zeros (one is accepted), or the end of the stream between members.</returns>
    private ReadOnlySpan<byte> ReadHeader()
    {
        ReadOnlySpan<byte> block = ReadBlock();
        if (block.IsEmpty) return [];
        if (!block.ContainsAnyExcept((byte)0)) return [];
        if (!HasChecksum(block))
            throw Damaged(Count == 0 ? "is no tar archive: the first header's checksum is wrong"
                : "is followed by a header with a wrong checksum");
        return block;
    }

    /// <summary>Whether a stream that begins with these bytes may be a tar archive; an empty one begins with its end mark.</summary>
    internal static bool IsHeader(ReadOnlySpan<byte> head) =>
        head.Length >= BlockSize && (HasChecksum(head[..BlockSize]) || !head[..BlockSize].ContainsAnyExcept((byte)0));

    /// <summary>The sum of all bytes with the sum's own field as blanks; historic writers took the bytes as signed.</summary>
    private static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        long unsignedSum = 8 * ' ', signedSum = 8 * ' ';
        for (int i = 0; i < BlockSize; i++)
        {
            if (i is >= 148 and < 156) continue;
            unsignedSum += header[i];
            signedSum += (sbyte)header[i];
        }
        return TarNumber.Parse(header.Slice(148, 8)) is { } sum && (sum == unsignedSum || sum == signedSum);
    }

    internal ReadOnlySpan<byte> ReadBlock()
    {
        while (_end - _start < BlockSize)
        {
            if (Fill()) continue;
            if (_start == _end) return [];
            throw Truncated();
        }
        _start += BlockSize;
        return _buffer.AsSpan(_start - BlockSize, BlockSize);
    }

    /// <summary>A block that belongs to the content of the current member.</summary>
    internal ReadOnlySpan<byte> ReadContentBlock()
    {
        if (_remaining < BlockSize) throw new FormatException("sparse map is larger than the content");
        ReadOnlySpan<byte> block = ReadBlock();
        if (block.IsEmpty) throw Truncated();
        _remaining -= BlockSize;
        return block;
    }

    internal long Remaining => _remaining;

    private void Skip()
    {
        while (_remaining > 0) Read();
        // What comes behind the last member may be missing: so does Docker's client send a context whose Dockerfile it has put in.
        for (; _padding > 0 && (_start < _end || Fill()); _padding--) _start++;
        _padding = 0;
        _sparse = null;
    }

    /// <summary>Gets more behind what is left; false at the end of the stream.</summary>
    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        int count = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }

    private GantryException Truncated() => Damaged("is cut short: the archive ends inside it");

    private GantryException Damaged(string how) =>
        GantryException.Invalid(_current.Length == 0 ? $"archive {how}" : $"archive: \"{_current}\" {how}");

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> field) =>
        field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field;
}
