using System.Text.Json;

namespace Gantry.Oci.Runtime.Reading;

internal static class LinuxReader
{
    public static OciLinux Linux(JsonElement e, SpecParts parts) => new()
    {
        Namespaces = e.Objects("namespaces", static n => new OciNamespace { Type = n.RequiredText("type"), Path = n.Text("path") }),
        UidMappings = e.Objects("uidMappings", IdMapping),
        GidMappings = e.Objects("gidMappings", IdMapping),
        TimeOffsets =
            e.ObjectMap("timeOffsets", static t => new OciTimeOffset { Secs = t.Signed("secs") ?? 0, Nanosecs = t.UInt("nanosecs") ?? 0 }),
        Devices = e.Objects("devices", Device),
        CgroupsPath = e.Text("cgroupsPath"),
        Resources = parts.HasFlag(SpecParts.Resources) ? e.Object("resources", ResourcesReader.Resources) : null,
        RootfsPropagation = e.Text("rootfsPropagation"),
        Seccomp = parts.HasFlag(SpecParts.Seccomp) ? e.Object("seccomp", Seccomp) : null,
        Sysctl = e.TextMap("sysctl"),
        MaskedPaths = e.Texts("maskedPaths"),
        ReadonlyPaths = e.Texts("readonlyPaths"),
        MountLabel = e.Text("mountLabel"),
        Personality =
            e.Object("personality", static p => new OciPersonality { Domain = p.RequiredText("domain"), Flags = p.Texts("flags") }),
        IntelRdt = e.Object("intelRdt",
            static r => new OciIntelRdt { ClosID = r.Text("closID"), L3CacheSchema = r.Text("l3CacheSchema"),
                MemBwSchema = r.Text("memBwSchema") }),
    };

    public static OciIdMapping IdMapping(JsonElement e) =>
        new() { ContainerID = e.UInt("containerID") ?? 0, HostID = e.UInt("hostID") ?? 0, Size = e.UInt("size") ?? 0 };

    private static OciDevice Device(JsonElement e) => new()
    {
        Type = e.RequiredText("type"),
        Path = e.RequiredText("path"),
        Major = e.Signed("major"),
        Minor = e.Signed("minor"),
        FileMode = e.UInt("fileMode"),
        Uid = e.UInt("uid"),
        Gid = e.UInt("gid"),
    };

    public static OciSeccomp Seccomp(JsonElement e) => new()
    {
        DefaultAction = e.RequiredText("defaultAction"),
        DefaultErrnoRet = e.UInt("defaultErrnoRet"),
        Architectures = e.Texts("architectures"),
        Flags = e.Texts("flags"),
        ListenerPath = e.Text("listenerPath"),
        ListenerMetadata = e.Text("listenerMetadata"),
        Syscalls = e.Objects("syscalls", SyscallRule),
    };

    private static OciSyscallRule SyscallRule(JsonElement e) => new()
    {
        Names = e.Texts("names") ?? throw new JsonException("names is missing"),
        Action = e.RequiredText("action"),
        ErrnoRet = e.UInt("errnoRet"),
        Args = e.Objects("args", static a => new OciSyscallArgument
        {
            Index = a.UInt("index") ?? 0,
            Value = a.Unsigned("value") ?? 0,
            ValueTwo = a.Unsigned("valueTwo") ?? 0,
            Op = a.RequiredText("op"),
        }),
    };
}
