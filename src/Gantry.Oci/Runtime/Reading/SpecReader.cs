using System.Text.Json;
using System.Text.Unicode;

namespace Gantry.Oci.Runtime.Reading;

/// <summary>What need not be read where nobody looks at it.</summary>
[Flags]
public enum SpecParts { None = 0, Resources = 1, Seccomp = 2, All = Resources | Seccomp }

/// <summary>Reads a <c>config.json</c> without the serializer's metadata, which for this graph of types costs more time and memory than
/// making the container.</summary>
public static class SpecReader
{
    private const int MaxDepth = 64;

    /// <exception cref="JsonException">Not JSON, or a member of the wrong type.</exception>
    public static OciSpec Read(ReadOnlyMemory<byte> json, SpecParts parts = SpecParts.All) => Spec(Parse(json), parts);

    internal static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) throw new JsonException("it is not valid UTF-8");
        try
        {
            // Never disposed: see Widened.
            JsonElement root = JsonDocument.Parse(Widened(json), new JsonDocumentOptions { MaxDepth = MaxDepth }).RootElement;
            return root.ValueKind == JsonValueKind.Object ? root : throw new JsonException("it is not a JSON object");
        }
        catch (JsonException e) when (e.LineNumber is not null)
        {
            throw Explained(json.Span, e);
        }
    }

    // The reader's own texts are left out of the published programs.
    private static JsonException Explained(ReadOnlySpan<byte> json, JsonException e)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            reader.Skip();
            return new JsonException("something follows the JSON object", e);
        }
        catch (JsonException found)
        {
            return new JsonException($"it is not valid JSON at line {found.LineNumber + 1}, byte "
                + $"{found.BytePositionInLine + 1}{(reader.CurrentDepth >= MaxDepth ? $" (nested deeper than {MaxDepth})" : "")}", found);
        }
    }

    /// <summary>With blanks behind it, a short text as one of half a kilobyte.</summary>
    /// <remarks>The framework parses with arrays of its shared pool. When a second array of one size is given back to that, the pool first
    /// measures how quickly it learns the number of the processor, which takes longer than all the parsing. One array has 512 bytes in any
    /// case; this keeps the others, which are as long as the text, larger.</remarks>
    private static ReadOnlyMemory<byte> Widened(ReadOnlyMemory<byte> json)
    {
        const int Enough = 513;
        if (json.Length >= Enough) return json;
        byte[] wide = new byte[Enough];
        json.CopyTo(wide);
        wide.AsSpan(json.Length).Fill((byte)' ');
        return wide;
    }

    internal static OciSpec Spec(JsonElement e, SpecParts parts) => new()
    {
        OciVersion = e.Text("ociVersion") ?? "",
        Process = e.Object("process", ProcessReader.Process),
        Root = e.Object("root", static r => new OciRoot { Path = r.RequiredText("path"), Readonly = r.Flag("readonly") ?? false }),
        Hostname = e.Text("hostname"),
        Domainname = e.Text("domainname"),
        Mounts = e.Objects("mounts", Mount),
        Hooks = e.Object("hooks", Hooks),
        Annotations = e.TextMap("annotations"),
        Linux = e.Object("linux", l => LinuxReader.Linux(l, parts)),
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
