using System.Text.Json;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime.Reading;

namespace Gantry.Shim.Wire;

/// <summary>Reads what a shim gets, without the serializer's metadata: that would be most of an idle shim's memory,
/// and a third of its start.</summary>
public static class ShimReader
{
    /// <exception cref="JsonException">Not JSON, or a member is missing or of the wrong type.</exception>
    public static ShimConfig Config(ReadOnlyMemory<byte> json)
    {
        JsonElement e = JsonFields.ParseObject(json);
        return new ShimConfig
        {
            Id = e.RequiredText("id"),
            Socket = e.RequiredText("socket"),
            ExitFile = e.RequiredText("exitFile"),
            PidFile = e.RequiredText("pidFile"),
            Root = e.Object("root", Root),
            Trees = e.Objects("trees", Tree) ?? [],
            SharedMemory = e.Object("sharedMemory", Memory),
            Terminal = e.Flag("terminal") ?? false,
            Rows = e.UShort("rows") ?? 0,
            Columns = e.UShort("columns") ?? 0,
            OpenStdin = e.Flag("openStdin") ?? false,
            StdinOnce = e.Flag("stdinOnce") ?? false,
            SlowClientSeconds = e.Int("slowClientSeconds") ?? 0,
            Log = e.Object("log", Log) ?? new LogConfig(),
            Runtime = e.Text("runtime"),
            RuntimeRoot = e.RequiredText("runtimeRoot"),
        };
    }

    /// <exception cref="JsonException">Not JSON, or a member is missing or of the wrong type.</exception>
    public static ShimMessage Message(ReadOnlyMemory<byte> json)
    {
        JsonElement e = JsonFields.ParseObject(json);
        return new ShimMessage
        {
            Type = e.RequiredText("type"),
            Sequence = e.Signed("sequence") ?? 0,
            ExecId = e.Text("execId"),
            Signal = e.Int("signal") ?? 0,
            All = e.Flag("all") ?? false,
            Rows = e.UShort("rows") ?? 0,
            Columns = e.UShort("columns") ?? 0,
            Stdin = e.Flag("stdin") ?? false,
            Stdout = e.Flag("stdout") ?? false,
            Stderr = e.Flag("stderr") ?? false,
            Logs = e.Flag("logs") ?? false,
            Process = e.Object("process", ProcessReader.Process),
            Resources = e.Object("resources", ResourcesReader.Resources),
        };
    }

    private static RootMount Root(JsonElement e) => new()
    {
        Type = e.RequiredText("type"),
        Lower = e.Texts("lower") ?? [],
        Upper = e.Text("upper"),
        Work = e.Text("work"),
        Source = e.Text("source"),
        Options = e.Texts("options") ?? [],
    };

    private static MountTree Tree(JsonElement e) => new()
    {
        Source = e.RequiredText("source"),
        Root = e.Object("root", Root) ?? throw new JsonException("a tree has no root"),
        Path = e.Text("path") ?? "",
    };

    private static SharedMemory Memory(JsonElement e) => new() { Path = e.RequiredText("path"), Size = e.Signed("size") ?? 0 };

    // The writer leaves zeros out, so a missing number is 0 and not the default of a new object.
    private static LogConfig Log(JsonElement e) => new()
    {
        Driver = e.Text("driver") ?? "none",
        Path = e.Text("path"),
        MaxSize = e.Signed("maxSize") ?? 0,
        MaxFiles = e.Int("maxFiles") ?? 0,
        Compress = e.Flag("compress") ?? false,
        Attributes = e.TextMap("attributes"),
    };
}
