using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry;

/// <summary>Reads JSON that somebody else wrote: what its type calls never null is not, elements of lists and values of maps too.</summary>
/// <remarks>The framework looks at properties alone, and only where it is told to; a null among the layers of a manifest would be met by
/// whoever reads them, far from the document.</remarks>
public static class OutsideJson
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Strict = [];

    /// <returns>Null for a document that is <c>null</c>.</returns>
    /// <exception cref="JsonException">No such document: says where.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> content, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(content, (JsonTypeInfo<T>)Strict.GetValue(type.Options, MakeStrict).GetTypeInfo(typeof(T)));

    private static JsonSerializerOptions MakeStrict(JsonSerializerOptions options) => new(options)
    {
        RespectNullableAnnotations = true,
        TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(RefuseNulls),
    };

    private static void RefuseNulls(JsonTypeInfo type)
    {
        if (type.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary) type.OnDeserialized = RefuseNullsOf;
    }

    private static void RefuseNullsOf(object collection)
    {
        IEnumerable elements = collection is IDictionary map ? map.Values : (IEnumerable)collection;
        foreach (object? element in elements)
            if (element is null) throw new JsonException();
    }
}
