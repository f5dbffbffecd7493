using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>What is told of a file, in the form of fsutil's <c>Stat</c>.</summary>
public sealed class FileStat
{
    private const int PathField = 1, ModeField = 2, UidField = 3, GidField = 4, SizeField = 5, ModifiedField = 6, LinkField = 7,
        MajorField = 8, MinorField = 9, AttributeField = 10, IdentityField = 1000, NameField = 1, ValueField = 2;

    /// <summary>Below the directory, without a slash in front.</summary>
    public required byte[] Path { get; init; }
    /// <summary>Kind and permissions as Go has them, see <see cref="GoMode"/>.</summary>
    public uint Mode { get; init; }
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    /// <summary>Bytes.</summary>
    public long Size { get; init; }
    /// <summary>Nanoseconds since 1970.</summary>
    public long Modified { get; init; }
    /// <summary>Of a link what it says; of a file that was told under another name already, that name.</summary>
    public byte[] Target { get; init; } = [];
    public uint DeviceMajor { get; init; }
    public uint DeviceMinor { get; init; }
    /// <summary>Sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Attributes { get; init; } = [];
    /// <summary>Of our own client: another number whenever content or anything else has changed; 0 for who does not say.</summary>
    public ulong Identity { get; init; }

    public FileKind? Kind => GoMode.KindOf(Mode);

    /// <summary>A second name of a file.</summary>
    public bool IsHardLink => Target.Length > 0 && Kind == FileKind.Regular;

    public FileTime Time => new(Math.DivRem(Modified, 1_000_000_000, out long rest) - (rest < 0 ? 1 : 0),
        (uint)(rest < 0 ? rest + 1_000_000_000 : rest));

    public static long Nanoseconds(FileTime time) => unchecked((time.Seconds * 1_000_000_000) + time.Nanoseconds);

    /// <summary>Whether all that is told is the same; of a directory its size is not told.</summary>
    public bool IsSame(FileStat other)
    {
        if (Mode != other.Mode || Modified != other.Modified || Identity != other.Identity || DeviceMajor != other.DeviceMajor
            || DeviceMinor != other.DeviceMinor || Attributes.Count != other.Attributes.Count || (Size != other.Size
            && Kind != FileKind.Directory) || !Path.AsSpan().SequenceEqual(other.Path) || !Target.AsSpan().SequenceEqual(other.Target))
            return false;
        for (int i = 0; i < Attributes.Count; i++)
            if (!Attributes[i].Key.AsSpan().SequenceEqual(other.Attributes[i].Key)
                || !Attributes[i].Value.AsSpan().SequenceEqual(other.Attributes[i].Value)) return false;
        return true;
    }

    /// <summary>For messages.</summary>
    public string Shown => PathBytes.Show(Path.AsSpan(0, Math.Min(Path.Length, 256)));

    internal static FileStat Read(ReadOnlySpan<byte> message)
    {
        byte[] path = [], target = [];
        ulong mode = 0, uid = 0, gid = 0, size = 0, modified = 0, major = 0, minor = 0, identity = 0;
        List<KeyValuePair<byte[], byte[]>>? attributes = null;
        WireReader reader = new(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case PathField: path = reader.Content().ToArray(); break;
                case ModeField: mode = reader.Number(); break;
                case UidField: uid = reader.Number(); break;
                case GidField: gid = reader.Number(); break;
                case SizeField: size = reader.Number(); break;
                case ModifiedField: modified = reader.Number(); break;
                case LinkField: target = reader.Content().ToArray(); break;
                case MajorField: major = reader.Number(); break;
                case MinorField: minor = reader.Number(); break;
                case AttributeField: (attributes ??= []).Add(ReadAttribute(reader.Content())); break;
                case IdentityField: identity = reader.Number(); break;
                default: reader.Skip(); break;
            }
        }
        attributes?.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return new FileStat
        {
            Path = path, Mode = (uint)mode, Uid = (uint)uid, Gid = (uint)gid, Size = (long)size, Modified = (long)modified, Target = target,
            DeviceMajor = (uint)major, DeviceMinor = (uint)minor, Attributes = attributes ?? [], Identity = identity,
        };
    }

    internal void Write(WireWriter writer)
    {
        writer.Content(PathField, Path);
        writer.Number(ModeField, Mode);
        writer.Number(UidField, Uid);
        writer.Number(GidField, Gid);
        writer.Number(SizeField, (ulong)Size);
        writer.Number(ModifiedField, (ulong)Modified);
        writer.Content(LinkField, Target);
        writer.Number(MajorField, DeviceMajor);
        writer.Number(MinorField, DeviceMinor);
        foreach ((byte[] name, byte[] value) in Attributes)
        {
            WireWriter attribute = new();
            attribute.Content(NameField, name);
            attribute.Content(ValueField, value);
            writer.Message(AttributeField, attribute.Written.Span);
        }
        writer.Fixed(IdentityField, Identity);
    }

    private static KeyValuePair<byte[], byte[]> ReadAttribute(ReadOnlySpan<byte> message)
    {
        byte[] name = [], value = [];
        WireReader reader = new(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case NameField: name = reader.Content().ToArray(); break;
                case ValueField: value = reader.Content().ToArray(); break;
                default: reader.Skip(); break;
            }
        }
        return new(name, value);
    }
}
