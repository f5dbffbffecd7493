using System.Globalization;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>Properties that the configuration asks for by annotations <c>org.systemd.property.NAME</c>, the value in GVariant's text form,
/// as runc and crun take them.</summary>
internal static class PropertyAnnotations
{
    public const string Prefix = "org.systemd.property.";
    private const ulong Microseconds = 1_000_000;

    public static IReadOnlyList<UnitProperty> Read(IReadOnlyDictionary<string, string>? annotations)
    {
        List<UnitProperty> properties = [];
        foreach ((string name, string text) in annotations ?? new Dictionary<string, string>())
            if (name.StartsWith(Prefix, StringComparison.Ordinal)) properties.Add(Read(name, name[Prefix.Length..], text));
        return properties;
    }

    private static UnitProperty Read(string annotation, string name, string text)
    {
        bool letters = name.Length > 2;
        foreach (char c in name) letters &= char.IsAsciiLetter(c);
        if (!letters) throw Invalid(annotation, "no name of a property");
        // Who is in the unit, and where it is, is not the configuration's to say twice.
        if (name is "PIDs" or "Slice" or "Delegate") throw Invalid(annotation, "this property is the runtime's");
        DBusValue value;
        try
        {
            value = new VariantText(text).Read();
        }
        catch (FormatException e)
        {
            throw Invalid(annotation, $"\"{text}\" is no value: {e.Message}");
        }
        // Unit files count these in seconds, the bus in microseconds.
        return name.EndsWith("Sec", StringComparison.Ordinal) && char.IsAsciiLetterLower(name[^4])
            ? new UnitProperty($"{name[..^3]}USec",
            InMicroseconds(value) ?? throw Invalid(annotation, $"\"{text}\" is no number of seconds"))
            : new UnitProperty(name, value);
    }

    private static ulong? InMicroseconds(DBusValue seconds) => seconds.Content switch
    {
        byte or ushort or uint or ulong when Convert.ToUInt64(seconds.Content, CultureInfo.InvariantCulture) is var number =>
            number <= ulong.MaxValue / Microseconds ? number * Microseconds : null,
        short or int or long when Convert.ToInt64(seconds.Content, CultureInfo.InvariantCulture) is >= 0 and var number
            && (ulong)number <= ulong.MaxValue / Microseconds => (ulong)number * Microseconds,
        double number and >= 0 and < 1e12 => (ulong)(number * Microseconds),
        _ => null,
    };

    private static GantryException Invalid(string annotation, string why) =>
        GantryException.Invalid($"annotations \"{annotation}\": {why}");
}
