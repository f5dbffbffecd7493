using System.Text;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Tests;

/// <summary>Builds archives in memory, honest ones and others.</summary>
public sealed class Tar
{
    private readonly MemoryStream _stream = new();
    private readonly TarWriter _writer;

    public Tar() => _writer = new TarWriter(_stream);

    public Tar File(string name, string content = "", uint mode = Octal.O644, uint uid = 0, uint gid = 0, FileTime modified = default,
        params (string Key, byte[] Value)[] attributes) =>
        Add(new TarEntry { Type = TarEntryType.Regular, Mode = mode, Uid = uid, Gid = gid, Modified = modified,
            Attributes = [.. attributes.Select(a => new KeyValuePair<byte[], byte[]>(PathBytes.Of(a.Key), a.Value))] }, name, content);

    public Tar Directory(string name, uint mode = Octal.O755, uint uid = 0, uint gid = 0, FileTime modified = default) =>
        Add(new TarEntry { Type = TarEntryType.Directory, Mode = mode, Uid = uid, Gid = gid, Modified = modified }, name);

    public Tar Link(string name, string target) =>
        Add(new TarEntry { Type = TarEntryType.Link, LinkName = PathBytes.Of(target), Mode = 0x1FF }, name);

    public Tar HardLink(string name, string target) =>
        Add(new TarEntry { Type = TarEntryType.HardLink, LinkName = PathBytes.Of(target) }, name);

    public Tar Device(string name, TarEntryType type, uint major, uint minor) =>
        Add(new TarEntry { Type = type, DeviceMajor = major, DeviceMinor = minor, Mode = 0x180 }, name);

    public Tar Fifo(string name) => Add(new TarEntry { Type = TarEntryType.Fifo, Mode = 0x180 }, name);

    public Tar Add(TarEntry entry, string name, string content = "")
    {
        byte[] bytes = Encoding.UTF8.GetBytes(content);
        entry.Name = PathBytes.Of(name);
        entry.Size = bytes.Length;
        _writer.Write(entry, new MemoryStream(bytes));
        return this;
    }

    public Tar Raw(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        return this;
    }

    public byte[] Bytes()
    {
        _writer.Dispose();
        return _stream.ToArray();
    }

    public Stream Stream() => new MemoryStream(Bytes());

    /// <summary>A header by hand, with the right checksum.</summary>
    public static byte[] Header(string name, char type, string size, string link = "", string magic = "ustar\0" + "00", string? uid = null)
    {
        byte[] header = new byte[512];
        void Put(int at, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, at);
        Put(0, name);
        Put(100, "0000644\0");
        Put(108, uid ?? "0000000\0");
        Put(116, "0000000\0");
        Put(124, size);
        Put(136, "00000000000\0");
        Put(148, "        ");
        header[156] = (byte)type;
        Put(157, link);
        Put(257, magic);
        Put(148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return header;
    }

    public static byte[] Padded(byte[] content)
    {
        byte[] padded = new byte[(content.Length + 511) / 512 * 512];
        content.CopyTo(padded, 0);
        return padded;
    }
}
