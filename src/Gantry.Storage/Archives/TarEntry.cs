using Gantry.Linux.Trees;

namespace Gantry.Storage.Archives;

public enum TarEntryType
{
    Regular, HardLink, Link, CharacterDevice, BlockDevice, Directory, Fifo,
    /// <summary>Kept by its letter alone, for the message that refuses it.</summary>
    Other,
}

/// <summary>One member of a tar archive, with what extension headers said already applied.</summary>
/// <remarks>Names are bytes: neither file names nor the values of extended attributes are text,
/// and both must come out as they went in.</remarks>
public sealed class TarEntry
{
    public TarEntryType Type { get; set; }
    public byte Flag { get; set; }
    public byte[] Name { get; set; } = [];
    /// <summary>Target of a link.</summary>
    public byte[] LinkName { get; set; } = [];
    /// <summary>Bytes of content, holes included.</summary>
    public long Size { get; set; }
    /// <summary>Permission bits with set-user-ID, set-group-ID and sticky.</summary>
    public uint Mode { get; set; }
    public uint Uid { get; set; }
    public uint Gid { get; set; }
    public FileTime Modified { get; set; }
    public uint DeviceMajor { get; set; }
    public uint DeviceMinor { get; set; }
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Attributes { get; set; } = [];

    public string ShownName => PathBytes.Show(Name);
}
