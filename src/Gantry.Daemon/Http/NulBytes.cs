using System.Text;
using System.Text.Json;

namespace Gantry.Daemon.Http;

/// <summary>No path, name or argument that the kernel gets can hold a NUL:
/// what it cuts off there would be checked by us and not be there for it.</summary>
internal static class NulBytes
{
    /// <exception cref="GantryException">InvalidArgument, with the field.</exception>
    public static void RefuseIn(ReadOnlySpan<byte> json)
    {
        // JSON itself allows them in their escaped form alone.
        if (json.IndexOf("\\u0000"u8) < 0) return;
        Utf8JsonReader reader = new(json);
        string field = "a text";
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) continue;
            if (HoldsOne(reader.ValueSpan)) throw GantryException.Invalid($"invalid JSON: {field} holds a NUL byte");
            if (reader.TokenType == JsonTokenType.PropertyName) field = "field " + Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void RefuseInTarget(string target)
    {
        if (target.Contains("%00", StringComparison.Ordinal))
            throw GantryException.Invalid("invalid request: its path or query holds a NUL byte");
    }

    private static bool HoldsOne(ReadOnlySpan<byte> escaped)
    {
        for (int at = escaped.IndexOf((byte)'\\'); at >= 0 && at < escaped.Length; at++)
        {
            if (escaped[at] != '\\') continue;
            if (escaped[at..].StartsWith("\\u0000"u8)) return true;
            // An escaped backslash begins no escape of its own.
            at++;
        }
        return false;
    }
}
