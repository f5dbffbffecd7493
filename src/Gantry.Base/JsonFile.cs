using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry;

/// <summary>The one JSON store: an object is a file, replaced atomically.</summary>
public static class JsonFile
{
    public static void Save<T>(string path, T value, JsonTypeInfo<T> type, bool durable = true) =>
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(value, type), durable);

    /// <returns>Null when the file does not exist.</returns>
    /// <exception cref="JsonException">The file is damaged; <see cref="SetAside"/> it and go on without this object.</exception>
    public static T? Load<T>(string path, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException($"{path} is empty");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Renames a damaged file so that it costs one object and can still be looked at.</summary>
    public static string SetAside(string path)
    {
        string aside = $"{path}.damaged";
        File.Move(path, aside, overwrite: true);
        return aside;
    }
}
