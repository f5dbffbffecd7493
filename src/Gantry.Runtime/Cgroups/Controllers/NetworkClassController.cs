using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

/// <summary>net_cls and net_prio, which only v1 has.</summary>
internal static class NetworkClassController
{
    public static void Apply(string? classes, string? priorities, OciNetworkClass? network)
    {
        if (network?.ClassID is > 0 and { } id)
            CgroupFile.Write(classes ?? throw Missing("net_cls"), "net_cls.classid", id.ToString());
        foreach (OciInterfacePriority priority in network?.Priorities ?? [])
            CgroupFile.Write(priorities ?? throw Missing("net_prio"), "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}");
    }

    private static KernelException Missing(string controller) =>
        new("set network class", Errno.ENODEV, hint: $"no {controller} hierarchy is mounted");
}
