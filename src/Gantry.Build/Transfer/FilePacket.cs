namespace Gantry.Build.Transfer;

/// <summary>One packet of a transfer of files, in the form of fsutil's <c>Packet</c>, which BuildKit and its clients speak.</summary>
/// <remarks>Files have numbers by the order in which they are told, from 0.</remarks>
public readonly ref struct FilePacket
{
    /// <summary>Bytes of a whole packet: a piece of content is far smaller, and so is a stat that the kernel could have given.</summary>
    public const int MaxSize = 4 << 20;

    private const int KindField = 1, StatField = 2, IdField = 3, DataField = 4;

    public PacketKind Kind { get; init; }
    public FileStat? Stat { get; init; }
    public uint Id { get; init; }
    public ReadOnlySpan<byte> Data { get; init; }

    /// <exception cref="InvalidDataException">It is no packet.</exception>
    public static FilePacket Read(ReadOnlySpan<byte> message)
    {
        ulong kind = 0, id = 0;
        FileStat? stat = null;
        ReadOnlySpan<byte> data = [];
        WireReader reader = new(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case KindField: kind = reader.Number(); break;
                case StatField: stat = FileStat.Read(reader.Content()); break;
                case IdField: id = reader.Number(); break;
                case DataField: data = reader.Content(); break;
                default: reader.Skip(); break;
            }
        }
        if (kind > (ulong)PacketKind.Error) throw new InvalidDataException($"packets of kind {kind} are not known");
        if (id > uint.MaxValue) throw new InvalidDataException("a packet has a number that no file can have");
        return new FilePacket { Kind = (PacketKind)kind, Stat = stat, Id = (uint)id, Data = data };
    }

    internal void Write(WireWriter writer)
    {
        writer.Number(KindField, (ulong)Kind);
        if (Stat is not null)
        {
            WireWriter inner = new();
            Stat.Write(inner);
            writer.Message(StatField, inner.Written.Span);
        }
        writer.Number(IdField, Id);
        writer.Content(DataField, Data);
    }
}
