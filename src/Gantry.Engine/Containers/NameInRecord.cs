using System.Text.Json;

namespace Gantry.Engine.Containers;

/// <summary>The name in a record that is cut short or damaged further on: nobody else shall take it meanwhile.</summary>
internal static class NameInRecord
{
    private const int Beginning = 64 << 10;

    /// <returns>Null where it cannot be told.</returns>
    public static string? Read(string path)
    {
        try
        {
            if (!File.Exists(path) || JsonFile.IsEmpty(path)) return null;
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[Beginning];
            string? name = Find(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
            return name is not null && ContainerName.Parse(name) == name ? name : null;
        }
        catch (Exception e) when (Expected.Any(e))
        {
            return null;
        }
    }

    private static string? Find(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName
                    || !reader.ValueTextEquals("Name"u8)) continue;
                return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Damaged before it.
        }
        return null;
    }
}
