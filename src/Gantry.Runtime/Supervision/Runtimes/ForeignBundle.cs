using System.Buffers;
using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>Makes the bundle's <c>config.json</c> one that other runtimes understand;
/// everything else in it stays as it is written.</summary>
internal static class ForeignBundle
{
    // crun refuses what it does not know; what the engine asks for was all in this version.
    private const string Version = "1.0.2";

    /// <param name="root">Where the container's root is mounted.</param>
    public static void Adapt(string bundle, OciSpec spec, string root)
    {
        OciUser? user = spec.Process is { } process ? UserLookup.ResolveBelow(root, process.User) : null;
        string path = Path.Combine(bundle, "config.json");
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(path));
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in config.RootElement.EnumerateObject())
            {
                if (property.NameEquals("ociVersion")) writer.WriteString(property.Name, Version);
                else if (property.NameEquals("process") && user is not null) WriteProcess(writer, property.Value, user);
                else property.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        AtomicFile.Write(path, buffer.WrittenSpan, durable: false);
    }

    private static void WriteProcess(Utf8JsonWriter writer, JsonElement process, OciUser user)
    {
        writer.WriteStartObject("process");
        foreach (JsonProperty property in process.EnumerateObject())
            if (!property.NameEquals("user")) property.WriteTo(writer);
        writer.WriteStartObject("user");
        writer.WriteNumber("uid", user.Uid);
        writer.WriteNumber("gid", user.Gid);
        if (user.Umask is { } umask) writer.WriteNumber("umask", umask);
        writer.WriteStartArray("additionalGids");
        foreach (uint group in user.AdditionalGids ?? []) writer.WriteNumberValue(group);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
