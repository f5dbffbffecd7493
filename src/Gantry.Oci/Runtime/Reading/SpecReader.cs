using System.Text.Json;

namespace Gantry.Oci.Runtime.Reading;

/// <summary>Reads a <c>config.json</c> without the serializer's metadata, which for this graph of types costs more time and memory than making the container.</summary>
public static class SpecReader
{
    /// <exception cref="JsonException">Not JSON, or a member of the wrong type.</exception>
    public static OciSpec Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object ? Spec(document.RootElement) : throw new JsonException("a spec must be an object");
    }

    internal static OciSpec Spec(JsonElement e) => new()
    {
        OciVersion = e.Text("ociVersion") ?? "",
        Process = e.Object("process", ProcessReader.Process),
        Root = e.Object("root", static r => new OciRoot { Path = r.RequiredText("path"), Readonly = r.Flag("readonly") ?? false }),
        Hostname = e.Text("hostname"),
        Domainname = e.Text("domainname"),
        Mounts = e.Objects("mounts", Mount),
        Hooks = e.Object("hooks", Hooks),
        Annotations = e.TextMap("annotations"),
        Linux = e.Object("linux", LinuxReader.Linux),
    };

    private static OciMount Mount(JsonElement e) => new()
    {
        Destination = e.RequiredText("destination"),
        Type = e.Text("type"),
        Source = e.Text("source"),
        Options = e.Texts("options"),
        UidMappings = e.Objects("uidMappings", LinuxReader.IdMapping),
        GidMappings = e.Objects("gidMappings", LinuxReader.IdMapping),
    };

    private static OciHooks Hooks(JsonElement e) => new()
    {
        Prestart = e.Objects("prestart", Hook),
        CreateRuntime = e.Objects("createRuntime", Hook),
        CreateContainer = e.Objects("createContainer", Hook),
        StartContainer = e.Objects("startContainer", Hook),
        Poststart = e.Objects("poststart", Hook),
        Poststop = e.Objects("poststop", Hook),
    };

    private static OciHook Hook(JsonElement e) => new()
    {
        Path = e.RequiredText("path"),
        Args = e.Texts("args"),
        Env = e.Texts("env"),
        Timeout = e.Int("timeout"),
    };
}
