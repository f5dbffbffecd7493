using Gantry.Linux.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>Who the container's users are outside: user_namespaces(7), "User and group ID mappings".</summary>
internal static class UserMapping
{
    internal static void Write(int pid, OciLinux linux)
    {
        if (linux.UidMappings is not { Count: > 0 } || linux.GidMappings is not { Count: > 0 }) throw GantryException.Invalid("a user namespace needs uidMappings and gidMappings");
        LinuxFile.WriteText($"/proc/{pid}/uid_map", Lines(linux.UidMappings));
        LinuxFile.WriteText($"/proc/{pid}/gid_map", Lines(linux.GidMappings));
    }

    private static string Lines(IReadOnlyList<OciIdMapping> mappings) => string.Concat(mappings.Select(static m => $"{m.ContainerID} {m.HostID} {m.Size}\n"));
}
