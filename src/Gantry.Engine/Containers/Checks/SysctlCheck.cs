using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>Only what belongs to a namespace of the container's own may be set from it.</summary>
internal static class SysctlCheck
{
    private static readonly string[] Ipc =
    [
        "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
        "kernel.shm_rmid_forced",
    ];

    public static void Run(HostConfig host)
    {
        foreach (string name in host.Sysctls?.Keys ?? Enumerable.Empty<string>()) One(name, host);
    }

    private static void One(string name, HostConfig host)
    {
        string dotted = Dotted(name);
        bool network = dotted.StartsWith("net.", StringComparison.Ordinal);
        bool ipc = dotted.StartsWith("fs.mqueue.", StringComparison.Ordinal) || Ipc.Contains(dotted);
        if (network && host.NetworkMode == "host")
            throw GantryException.Invalid($"sysctl \"{name}\" not allowed in host network namespace");
        if (ipc && host.IpcMode == "host") throw GantryException.Invalid($"sysctl \"{name}\" not allowed in host ipc namespace");
        if (dotted == "kernel.hostname")
            throw GantryException.Invalid($"sysctl \"{name}\" is not allowed as it conflicts with the hostname: use --hostname");
        if (!network && !ipc && dotted != "kernel.domainname")
            throw GantryException.Invalid($"sysctl \"{name}\" is not in a separate kernel namespace");
        if (dotted.Split('.').Any(static part => part.Length == 0)) throw GantryException.Invalid($"sysctl \"{name}\" is not a valid name");
    }

    /// <summary>Slashes separate too where the first separator is one; dots are then part of a name,
    /// such as an interface's: sysctl(8).</summary>
    private static string Dotted(string name)
    {
        int slash = name.IndexOf('/'), dot = name.IndexOf('.');
        return slash >= 0 && (dot < 0 || slash < dot) ? name.Replace('/', '.') : name;
    }
}
