using System.Buffers.Binary;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>A method call: D-Bus specification, "Message Format".</summary>
internal sealed record DBusCall(string Path, string Interface, string Member, params IReadOnlyList<DBusValue> Arguments)
{
    private const byte MethodCall = 1, Version = 1;

    public ReadOnlySpan<byte> Build(string destination, uint serial)
    {
        DBusWriter body = new();
        foreach (DBusValue argument in Arguments) body.Add(argument);
        List<DBusValue> fields =
        [
            Field(DBusMessage.PathField, new DBusValue("o", Path)), Field(DBusMessage.InterfaceField, DBusValue.Of(Interface)),
            Field(DBusMessage.MemberField, DBusValue.Of(Member)), Field(DBusMessage.DestinationField, DBusValue.Of(destination)),
        ];
        if (Arguments.Count > 0)
            fields.Add(Field(DBusMessage.SignatureField, new DBusValue("g", string.Concat(Arguments.Select(static a => a.Type)))));
        DBusWriter message = new();
        message.Append([DBusMessage.LittleEndian, MethodCall, 0, Version]).Add(DBusValue.Of((uint)body.Length)).Add(DBusValue.Of(serial))
            .Add(DBusValue.Array("(yv)", fields)).Pad(8);
        return message.Append(body.Written).Written;
    }

    private static DBusValue Field(byte code, DBusValue value) => DBusValue.Structure(new DBusValue("y", code), DBusValue.Variant(value));
}

/// <summary>What comes back: an answer, an error or a signal.</summary>
internal sealed record DBusMessage(byte Type, uint ReplySerial, string Member, string ErrorName, string Signature, byte[] Body)
{
    public const byte LittleEndian = (byte)'l', MethodReturn = 2, Error = 3, Signal = 4;
    public const byte PathField = 1, InterfaceField = 2, MemberField = 3, ErrorField = 4, ReplyField = 5, DestinationField = 6,
        SignatureField = 8;
    /// <summary>Before the list of header fields, whose length is its last number.</summary>
    public const int FixedLength = 16;
    // The specification allows 128 MiB; what systemd has to say to us is short.
    private const int Limit = 1 << 20;

    /// <returns>How many bytes of header fields, padded, and of body follow the fixed part.</returns>
    public static (int Fields, int Body) Sizes(ReadOnlySpan<byte> @fixed)
    {
        if (@fixed[0] != LittleEndian) throw DBusReader.Broken($"byte order {@fixed[0]}");
        uint body = BinaryPrimitives.ReadUInt32LittleEndian(@fixed[4..]), fields = BinaryPrimitives.ReadUInt32LittleEndian(@fixed[12..]);
        if (body > Limit || fields > Limit) throw DBusReader.Broken($"a message of {(ulong)body + fields} bytes");
        return ((int)(fields + 7 & ~7u), (int)body);
    }

    public static DBusMessage Parse(ReadOnlySpan<byte> @fixed, ReadOnlySpan<byte> fields, byte[] body)
    {
        uint reply = 0;
        string member = "", error = "", signature = "";
        // The padding belongs to the message, not to the list.
        DBusReader reader = new(fields[..(int)BinaryPrimitives.ReadUInt32LittleEndian(@fixed[12..])]);
        while (!reader.AtEnd)
        {
            reader.Align(8);
            byte code = reader.Byte();
            string type = reader.Signature();
            if (type == "u")
            {
                uint number = reader.Number();
                if (code == ReplyField) reply = number;
                continue;
            }
            string text = type switch { "s" or "o" => reader.Text(), "g" => reader.Signature(),
                _ => throw DBusReader.Broken($"a header field of type {type}") };
            if (code == MemberField) member = text;
            else if (code == ErrorField) error = text;
            else if (code == SignatureField) signature = text;
        }
        return new DBusMessage(@fixed[1], reply, member, error, signature, body);
    }

    /// <summary>The one string or object path that answers and errors begin with.</summary>
    public string FirstText() => Signature is ['s' or 'o', ..] ? new DBusReader(Body).Text() : "";
}
