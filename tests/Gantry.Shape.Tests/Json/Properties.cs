using System.Collections;

namespace Gantry.Shape.Json;

/// <summary>What an object says, property by property, whatever its type says of equality.</summary>
internal static class Properties
{
    /// <summary>The text of every value that is no object, by the properties that lead there.</summary>
    public static Dictionary<string, (Type Owner, string Name, string Value)> Of(object value)
    {
        Dictionary<string, (Type, string, string)> found = [];
        Collect(value, value.GetType(), "", "", found);
        return found;
    }

    private static void Collect(object? value, Type owner, string name, string path, Dictionary<string, (Type, string, string)> found)
    {
        switch (value)
        {
            case null: break;
            case string or ValueType when value.GetType() is { Namespace: "System" }
                or { IsEnum: true }: found[path] = (owner, name, Text(value)); break;
            case IDictionary map:
                foreach (DictionaryEntry entry in map) Collect(entry.Value, owner, name, $"{path}[{entry.Key}]", found);
                break;
            case IEnumerable list:
                foreach ((int index, object? element) in list.Cast<object?>().Index())
                    Collect(element, owner, name, $"{path}[{index}]", found);
                break;
            default:
                var properties = value.GetType().GetProperties().Where(property => property.CanWrite).ToArray();
                // An object used as a mark: that it is there is all it says.
                if (properties.Length == 0) found[path] = (owner, name, "{}");
                foreach (var property in properties)
                    Collect(property.GetValue(value), value.GetType(), property.Name, $"{path}.{property.Name}", found);
                break;
        }
    }

    private static string Text(object value) =>
        value is DateTimeOffset time ? time.UtcDateTime.ToString("O")
            : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;
}
