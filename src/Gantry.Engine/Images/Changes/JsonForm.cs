using System.Text;
using System.Text.Json;

namespace Gantry.Engine.Images.Changes;

/// <summary>The form <c>["a", "b"]</c> that several instructions take beside plain words.</summary>
internal static class JsonForm
{
    /// <returns>Null when it is no list: what only looks like one is plain words, and what follows one is left out,
    /// as Docker has it.</returns>
    /// <exception cref="GantryException">InvalidArgument: a list, but not of strings alone.</exception>
    public static List<string>? TryRead(string text)
    {
        if (!text.StartsWith('[')) return null;
        List<string> strings = [];
        try
        {
            Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text));
            if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? list)) return null;
            using (list)
            {
                foreach (JsonElement element in list.RootElement.EnumerateArray())
                {
                    if (element.ValueKind != JsonValueKind.String)
                        throw GantryException.Invalid("when using JSON array syntax, arrays must be comprised of strings only");
                    strings.Add(element.GetString()!);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate in it, which is none either.
            return null;
        }
        return strings;
    }
}
