namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>A value with its type as D-Bus spells it.</summary>
/// <param name="Type">One complete type of the specification's "Type System".</param>
/// <param name="Content">The number, bool or string itself; of an array or structure, and of a variant, a list of the values in it.</param>
internal sealed record DBusValue(string Type, object Content)
{
    public static DBusValue Of(string text) => new("s", text);
    public static DBusValue Of(bool value) => new("b", value);
    public static DBusValue Of(ulong number) => new("t", number);
    public static DBusValue Of(uint number) => new("u", number);

    public static DBusValue Bytes(ReadOnlySpan<byte> bytes)
    {
        List<DBusValue> elements = [];
        foreach (byte b in bytes) elements.Add(new DBusValue("y", b));
        return Array("y", elements);
    }

    public static DBusValue Array(string elementType, IReadOnlyList<DBusValue> elements) => new($"a{elementType}", elements);

    public static DBusValue Structure(params IReadOnlyList<DBusValue> members) =>
        new($"({string.Concat(members.Select(static m => m.Type))})", members);

    public static DBusValue Variant(DBusValue value) => new("v", (IReadOnlyList<DBusValue>)[value]);

    public IReadOnlyList<DBusValue> Parts => (IReadOnlyList<DBusValue>)Content;
}
