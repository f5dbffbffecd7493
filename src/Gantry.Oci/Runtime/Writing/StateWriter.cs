using System.Text.Json;

namespace Gantry.Oci.Runtime.Writing;

/// <summary>Writes a state as hooks and a seccomp listener get it, without the serializer's metadata.</summary>
public static class StateWriter
{
    public static void Write(Utf8JsonWriter writer, OciState state)
    {
        writer.WriteStartObject();
        writer.WriteString("ociVersion", state.OciVersion);
        writer.WriteString("id", state.Id);
        writer.WriteString("status", state.Status);
        writer.WriteNumber("pid", state.Pid);
        writer.WriteString("bundle", state.Bundle);
        if (state.Annotations is { } annotations)
        {
            writer.WriteStartObject("annotations");
            foreach ((string name, string value) in annotations) writer.WriteString(name, value);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
