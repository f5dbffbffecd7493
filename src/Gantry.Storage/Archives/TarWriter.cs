using System.Buffers;
using System.Globalization;
using System.Text;
using Gantry.Linux.Trees;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Storage.Archives;

/// <summary>Writes tar archives: ustar headers, preceded by pax records where ustar has no room.
/// What goes in decides every byte that comes out.</summary>
public sealed class TarWriter(Stream stream) : IDisposable
{
    private const int BlockSize = 512, Page = 4096;
    /// <summary>So much of a file is read at once where it has that much.</summary>
    private const int LeastPiece = 64 << 10;
    private static readonly byte[] Zeros = new byte[BlockSize];

    /// <summary>Sees every member that is written here by its entry.</summary>
    internal ITarObserver? Observer { get; init; }

    private readonly byte[] _header = new byte[BlockSize];
    /// <summary>Files are read straight into a stream that lets them.</summary>
    private readonly IBufferWriter<byte>? _room = stream as IBufferWriter<byte>;

    /// <summary>Most writers have no use for it.</summary>
    private byte[] Buffer => field ??= new byte[256 << 10];

    /// <param name="content">Exactly <see cref="TarEntry.Size"/> bytes; null when it is empty.</param>
    public void Write(TarEntry entry, Stream? content = null)
    {
        WriteHeaders(entry);
        Observer?.Begin(entry);
        if (content is not null) Copy(entry, content);
        Observer?.End();
    }

    /// <param name="content">All of it, of the size that the entry says.</param>
    public void Write(TarEntry entry, byte[] content)
    {
        WriteHeaders(entry);
        Observer?.Begin(entry);
        stream.Write(content);
        Observer?.Content(content);
        Pad(entry.Size);
        Observer?.End();
    }

    /// <param name="content">Writes exactly <see cref="TarEntry.Size"/> bytes; may dispose its stream.</param>
    /// <exception cref="GantryException">Invalid: it wrote more, or less.</exception>
    public void Write(TarEntry entry, Action<Stream> content)
    {
        WriteHeaders(entry);
        using SizedStream sized = new(stream, entry.Size);
        content(sized);
        sized.Finish();
        Pad(entry.Size);
    }

    private void Copy(TarEntry entry, Stream content)
    {
        long left = entry.Size;
        while (left > 0)
        {
            int count = content.Read(Buffer, 0, (int)Math.Min(left, Buffer.Length));
            if (count == 0) throw GantryException.Internal($"archive: \"{entry.ShownName}\" became shorter while it was read");
            stream.Write(Buffer, 0, count);
            Observer?.Content(Buffer.AsSpan(0, count));
            left -= count;
        }
        Pad(entry.Size);
    }

    /// <summary>Writes a file. Somebody may be writing to it: it gets the size that the entry says, filled up with zeros.</summary>
    /// <remarks>Holes are written as zeros: podman and dockerd keep a layer by what tar-split tells them of it, and cannot put sparse
    /// members together again. Our reader makes holes of zeros.</remarks>
    public void Write(TarEntry entry, SafeFileHandle file)
    {
        WriteHeaders(entry);
        Observer?.Begin(entry);
        Copy(file, 0, entry.Size);
        Pad(entry.Size);
        Observer?.End();
    }

    private void Copy(SafeFileHandle file, long offset, long length)
    {
        for (long left = length; left > 0;)
        {
            Span<byte> room = _room is null ? Buffer : _room.GetSpan((int)Math.Min(left, LeastPiece));
            // Pieces end where pages of the file do: an observer looks for empty pages.
            int wanted = left <= room.Length ? (int)left : room.Length & -Page;
            int count = RandomAccess.Read(file, room[..wanted], offset);
            if (count == 0) room[..(count = wanted)].Clear();
            if (_room is null) stream.Write(room[..count]);
            else _room.Advance(count);
            Observer?.Content(room[..count]);
            offset += count;
            left -= count;
        }
    }

    public void WriteFile(string name, ReadOnlySpan<byte> content, FileTime modified = default)
    {
        WriteHeaders(new TarEntry { Type = TarEntryType.Regular, Name = PathBytes.Of(name), Size = content.Length, Mode = Octal.O644,
            Modified = modified });
        stream.Write(content);
        Pad(content.Length);
    }

    public void WriteDirectory(string name, FileTime modified = default) =>
        WriteHeaders(new TarEntry { Type = TarEntryType.Directory, Name = PathBytes.Of(name + "/"), Mode = Octal.O755,
            Modified = modified });

    /// <summary>Writes the end mark. The stream stays open.</summary>
    public void Dispose()
    {
        stream.Write(Zeros);
        stream.Write(Zeros);
        stream.Flush();
    }

    private void WriteHeaders(TarEntry entry)
    {
        byte[] pax = Extensions(entry);
        if (pax.Length > 0)
        {
            TarEntry extension = new() { Name = "PaxHeaders/0"u8.ToArray(), Size = pax.Length, Mode = Octal.O644 };
            WriteHeader(extension, (byte)'x');
            stream.Write(pax);
            Pad(pax.Length);
        }
        WriteHeader(entry, FlagOf(entry.Type));
    }

    private void WriteHeader(TarEntry entry, byte flag)
    {
        Span<byte> header = _header;
        header.Clear();
        int slash = PrefixLength(entry.Name);
        Cut(entry.Name.AsSpan(slash > 0 ? slash + 1 : 0), 100).CopyTo(header);
        TarNumber.Write(header.Slice(100, 8), entry.Mode);
        TarNumber.Write(header.Slice(108, 8), Fits(entry.Uid, 7) ? entry.Uid : 0);
        TarNumber.Write(header.Slice(116, 8), Fits(entry.Gid, 7) ? entry.Gid : 0);
        TarNumber.Write(header.Slice(124, 12), entry.Size);
        TarNumber.Write(header.Slice(136, 12), Fits(entry.Modified.Seconds, 11) ? entry.Modified.Seconds : 0);
        header.Slice(148, 8).Fill((byte)' ');
        header[156] = flag;
        Cut(entry.LinkName, 100).CopyTo(header[157..]);
        "ustar\0"u8.CopyTo(header[257..]);
        "00"u8.CopyTo(header[263..]);
        TarNumber.Write(header.Slice(329, 8), entry.DeviceMajor);
        TarNumber.Write(header.Slice(337, 8), entry.DeviceMinor);
        entry.Name.AsSpan(0, slash).CopyTo(header[345..]);
        int sum = 0;
        foreach (byte value in header) sum += value;
        TarNumber.Write(header.Slice(148, 7), sum);
        stream.Write(header);
    }

    /// <summary>A long name is cut at a slash, where both parts have room: POSIX.1-1988, "ustar".</summary>
    /// <returns>0 where it is short, or cannot be cut.</returns>
    private static int PrefixLength(ReadOnlySpan<byte> name)
    {
        if (name.Length is <= 100 or > 256 || !Ascii.IsValid(name)) return 0;
        // The slash at a directory's end belongs to its name.
        int slash = name[..Math.Min(156, name.Length - 1)].LastIndexOf((byte)'/');
        return slash > 0 && name.Length - slash - 1 <= 100 ? slash : 0;
    }

    private static byte[] Extensions(TarEntry entry)
    {
        using MemoryStream records = new();
        if ((entry.Name.Length > 100 && PrefixLength(entry.Name) == 0) || !Ascii.IsValid(entry.Name)) Add(records, "path"u8, entry.Name);
        if (entry.LinkName.Length > 100 || !Ascii.IsValid(entry.LinkName)) Add(records, "linkpath"u8, entry.LinkName);
        if (!Fits(entry.Uid, 7)) Add(records, "uid"u8, Text(entry.Uid));
        if (!Fits(entry.Gid, 7)) Add(records, "gid"u8, Text(entry.Gid));
        if (!Fits(entry.Modified.Seconds, 11) || entry.Modified.Nanoseconds != 0) Add(records, "mtime"u8, Text(entry.Modified));
        foreach ((byte[] key, byte[] value) in entry.Attributes) Add(records, [.. "SCHILY.xattr."u8, .. key], value);
        return records.ToArray();
    }

    /// <summary>The length in front counts itself, so it may need one digit more than it first seems.</summary>
    private static void Add(MemoryStream records, ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value)
    {
        int rest = keyword.Length + value.Length + 3, length = rest + Digits(rest);
        length = rest + Digits(length);
        records.Write(Text(length));
        records.WriteByte((byte)' ');
        records.Write(keyword);
        records.WriteByte((byte)'=');
        records.Write(value);
        records.WriteByte((byte)'\n');
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static byte[] Text(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static byte[] Text(FileTime time)
    {
        (long seconds, uint nanoseconds) = time;
        bool negative = seconds < 0 && nanoseconds > 0;
        if (negative) (seconds, nanoseconds) = (seconds + 1, 1_000_000_000 - nanoseconds);
        string sign = negative && seconds == 0 ? "-" : "";
        return Encoding.ASCII.GetBytes(nanoseconds == 0 ? $"{seconds}" : $"{sign}{seconds}.{nanoseconds:D9}");
    }

    private static bool Fits(long value, int octalDigits) => value >= 0 && value < 1L << (3 * octalDigits);

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> name, int length) => name.Length <= length ? name : name[..length];

    private static byte FlagOf(TarEntryType type) => type switch
    {
        TarEntryType.HardLink => (byte)'1', TarEntryType.Link => (byte)'2', TarEntryType.CharacterDevice => (byte)'3',
        TarEntryType.BlockDevice => (byte)'4',
        TarEntryType.Directory => (byte)'5', TarEntryType.Fifo => (byte)'6', _ => (byte)'0',
    };

    private void Pad(long size) => stream.Write(Zeros, 0, (int)(-size & (BlockSize - 1)));
}
