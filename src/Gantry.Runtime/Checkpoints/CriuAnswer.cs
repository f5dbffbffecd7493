using System.Text;

namespace Gantry.Runtime.Checkpoints;

/// <summary>What CRIU says: <c>criu_resp</c> of its rpc.proto.</summary>
/// <param name="Notice">Null in the last answer; else what it is about to do.</param>
/// <param name="Pid">Of what has been restored; 0 elsewhere.</param>
/// <param name="Message">Why it failed, where it says so.</param>
internal sealed record CriuAnswer(bool Success, string? Notice, int Pid, string? Message)
{
    private const int Notify = 6;

    /// <exception cref="GantryException">It is none.</exception>
    public static CriuAnswer Read(ReadOnlySpan<byte> message)
    {
        bool success = false;
        ulong type = 0, pid = 0;
        string? notice = null, error = null;
        while (!message.IsEmpty)
        {
            Field field = Next(ref message);
            switch (field.Number)
            {
                case 1: type = field.Value; break;
                case 2: success = field.Value != 0; break;
                case 4: pid = Find(field.Bytes, 1).Value; break;
                case 5: notice = Encoding.UTF8.GetString(Find(field.Bytes, 1).Bytes); break;
                case 9: error = Encoding.UTF8.GetString(field.Bytes); break;
            }
        }
        return new CriuAnswer(success, type == Notify ? notice ?? "" : null, (int)pid, error);
    }

    private readonly ref struct Field(int number, ulong value, ReadOnlySpan<byte> bytes)
    {
        public int Number { get; } = number;
        public ulong Value { get; } = value;
        public ReadOnlySpan<byte> Bytes { get; } = bytes;
    }

    private static Field Find(ReadOnlySpan<byte> message, int wanted)
    {
        Field found = default;
        while (!message.IsEmpty)
        {
            Field field = Next(ref message);
            if (field.Number == wanted) found = field;
        }
        return found;
    }

    private static Field Next(scoped ref ReadOnlySpan<byte> message)
    {
        ulong tag = Varint(ref message);
        int field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0: return new Field(field, Varint(ref message), []);
            case 1: return new Field(field, 0, Take(ref message, 8));
            case 2: return new Field(field, 0, Take(ref message, Varint(ref message)));
            case 5: return new Field(field, 0, Take(ref message, 4));
            default: throw Broken();
        }
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> message, ulong length)
    {
        if (length > (ulong)message.Length) throw Broken();
        ReadOnlySpan<byte> taken = message[..(int)length];
        message = message[(int)length..];
        return taken;
    }

    private static ulong Varint(scoped ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Take(ref message, 1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw Broken();
    }

    private static GantryException Broken() => GantryException.Internal("criu sent what is no answer");
}
