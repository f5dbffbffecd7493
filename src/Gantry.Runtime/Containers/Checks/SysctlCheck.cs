using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Containers.Checks;

/// <summary>A kernel parameter may be set only where it is the container's own:
/// one that belongs to no namespace would change the host.</summary>
internal static class SysctlCheck
{
    private const string HostNetwork = "/proc/self/ns/net";

    private static readonly string[] Ipc =
    [
        "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax", "kernel/shmmni",
        "kernel/shm_rmid_forced",
        "kernel/msg_next_id", "kernel/sem_next_id", "kernel/shm_next_id", "kernel/auto_msgmni",
    ];

    public static void Run(OciSpec spec)
    {
        if (spec.Linux?.Sysctl is not { Count: > 0 } sysctls) return;
        foreach (string name in sysctls.Keys) Check(name, Sysctl.Path(name), spec);
    }

    private static void Check(string name, string path, OciSpec spec)
    {
        if (path == "kernel/hostname")
            throw GantryException.Invalid($"sysctl \"{name}\" is not allowed as it conflicts with the OCI \"hostname\" field");
        string? type = NamespaceOf(path);
        OciNamespace? own = type is null ? null : spec.Linux?.Namespaces?.FirstOrDefault(n => n.Type == type);
        if (own is null) throw GantryException.Invalid($"sysctl \"{name}\" is not in a separate kernel namespace");
        if (type == "network" && !string.IsNullOrEmpty(own.Path) && FileIdentity.Of(own.Path) is { } joined
            && joined == FileIdentity.Of(HostNetwork))
            throw GantryException.Invalid($"sysctl \"{name}\" not allowed in the host's network namespace");
    }

    /// <returns>Null for a parameter of the whole machine.</returns>
    public static string? NamespaceOf(string path)
    {
        if (path.StartsWith("net/", StringComparison.Ordinal)) return "network";
        if (path.StartsWith("fs/mqueue/", StringComparison.Ordinal) || Ipc.Contains(path)) return "ipc";
        if (path.StartsWith("user/", StringComparison.Ordinal)) return "user";
        return path == "kernel/domainname" ? "uts" : null;
    }
}
