namespace Gantry.Api.Json;

/// <summary>A null among the objects of a list is an empty object, as in the decoder that the API's clients were written against.</summary>
internal static class NoNulls
{
    public static List<T>? In<T>(List<T>? list) where T : class, new()
    {
        for (int i = 0; i < list?.Count; i++) list[i] ??= new T();
        return list;
    }
}
