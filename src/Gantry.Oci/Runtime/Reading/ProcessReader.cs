using System.Text.Json;

namespace Gantry.Oci.Runtime.Reading;

/// <summary>Reads a process, as in a spec or for <c>exec --process</c>.</summary>
public static class ProcessReader
{
    /// <exception cref="JsonException">Not JSON, or a member of the wrong type.</exception>
    public static OciProcess Read(ReadOnlyMemory<byte> json) => Process(SpecReader.Parse(json));

    /// <summary>From an element of a larger document.</summary>
    public static OciProcess Process(JsonElement e) => new()
    {
        Terminal = e.Flag("terminal") ?? false,
        ConsoleSize =
            e.Object("consoleSize", static s => new OciConsoleSize { Height = s.UShort("height") ?? 0, Width = s.UShort("width") ?? 0 }),
        User = e.Object("user", User) ?? new OciUser(),
        Args = e.Texts("args"),
        Env = e.Texts("env"),
        Cwd = e.RequiredText("cwd"),
        Capabilities = e.Object("capabilities", Capabilities),
        Rlimits = e.Objects("rlimits",
            static r => new OciRlimit { Type = r.RequiredText("type"), Hard = r.Unsigned("hard") ?? 0, Soft = r.Unsigned("soft") ?? 0 }),
        NoNewPrivileges = e.Flag("noNewPrivileges") ?? false,
        ApparmorProfile = e.Text("apparmorProfile"),
        OomScoreAdj = e.Int("oomScoreAdj"),
        SelinuxLabel = e.Text("selinuxLabel"),
        Scheduler = e.Object("scheduler", Scheduler),
        IoPriority =
            e.Object("ioPriority", static p => new OciIOPriority { Class = p.RequiredText("class"), Priority = p.Int("priority") ?? 0 }),
        ExecCPUAffinity =
            e.Object("execCPUAffinity", static a => new OciExecCpuAffinity { Initial = a.Text("initial"), Final = a.Text("final") }),
    };

    private static OciUser User(JsonElement e) => new()
    {
        Uid = e.UInt("uid") ?? 0,
        Gid = e.UInt("gid") ?? 0,
        Umask = e.UInt("umask"),
        AdditionalGids = e.List("additionalGids",
            static gid => gid.ValueKind == JsonValueKind.Number && gid.TryGetUInt32(out uint number) ? number
                : throw new JsonException("must be a number below 2^32")),
        Username = e.Text("username"),
        AdditionalGroups = e.Texts("additionalGroups"),
    };

    private static OciCapabilities Capabilities(JsonElement e) => new()
    {
        Bounding = e.Texts("bounding"),
        Effective = e.Texts("effective"),
        Inheritable = e.Texts("inheritable"),
        Permitted = e.Texts("permitted"),
        Ambient = e.Texts("ambient"),
    };

    private static OciScheduler Scheduler(JsonElement e) => new()
    {
        Policy = e.RequiredText("policy"),
        Nice = e.Int("nice"),
        Priority = e.Int("priority"),
        Flags = e.Texts("flags"),
        Runtime = e.Unsigned("runtime"),
        Deadline = e.Unsigned("deadline"),
        Period = e.Unsigned("period"),
    };
}
