using System.Text.Json.Serialization.Metadata;

namespace Gantry.Tests.Shared;

/// <summary>Documents of a type that are whole but for one null: in each list, in each map, and for each property that is never null.
/// </summary>
internal static class NullElements
{
    /// <returns>Where the null is, and the document.</returns>
    public static IEnumerable<(string Place, string Document)> Of(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Enumerable => Within(type, "[]", "[null]", element => $"[{element}]"),
        JsonTypeInfoKind.Dictionary => Within(type, "{}", "{\"k\":null}", element => $$"""{"k":{{element}}}"""),
        JsonTypeInfoKind.Object => type.Properties.SelectMany(property => OfProperty(type, property)),
        _ => [],
    };

    private static IEnumerable<(string Place, string Document)> Within(JsonTypeInfo type, string place, string whole,
        Func<string, string> with) =>
        [(place, whole), .. Of(Element(type)).Select(inner => (place + inner.Place, with(inner.Document)))];

    private static IEnumerable<(string Place, string Document)> OfProperty(JsonTypeInfo type, JsonPropertyInfo property)
    {
        string others = string.Concat(type.Properties.Where(other => other.IsRequired && other != property)
            .Select(other => $"\"{other.Name}\":\"x\","));
        string With(string value) => $$"""{{{others}}"{{property.Name}}":{{value}}}""";
        if (!property.IsSetNullable && property.Set is not null || property.IsRequired) yield return ($".{property.Name}", With("null"));
        foreach ((string place, string document) in Of(type.Options.GetTypeInfo(property.PropertyType)))
            yield return ($".{property.Name}{place}", With(document));
    }

    private static JsonTypeInfo Element(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType!);
}
