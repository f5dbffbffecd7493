namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>One property of a unit, under its name on the bus: org.freedesktop.systemd1(5).</summary>
internal sealed record UnitProperty(string Name, DBusValue Value)
{
    public UnitProperty(string name, ulong number) : this(name, DBusValue.Of(number))
    {
    }

    public UnitProperty(string name, bool value) : this(name, DBusValue.Of(value))
    {
    }

    public UnitProperty(string name, string text) : this(name, DBusValue.Of(text))
    {
    }

    public static DBusValue Array(IEnumerable<UnitProperty> properties) =>
        DBusValue.Array("(sv)", [.. properties.Select(static p => DBusValue.Structure(DBusValue.Of(p.Name), DBusValue.Variant(p.Value)))]);
}
