using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;

namespace Gantry.Workloads.Bundle;

/// <summary>Device nodes and the device cgroup's rules: nothing but what follows.</summary>
public static class BundleDevices
{
    private static readonly OciDeviceRule Everything = new() { Allow = true, Access = "rwm" };

    /// <summary>The rules that every workload has: none but null, zero, full, random, urandom, tty, console, ptmx, pseudo-terminals;
    /// any node may be made with mknod, and not opened.</summary>
    private static readonly OciDeviceRule[] Standard =
    [
        new() { Allow = false, Access = "rwm" },
        Allow("c", null, null, "m"), Allow("b", null, null, "m"), Allow("c", 1, 3), Allow("c", 1, 5), Allow("c", 1, 7), Allow("c", 1, 8),
        Allow("c", 1, 9), Allow("c", 5, 0), Allow("c", 5, 1), Allow("c", 5, 2), Allow("c", 136, null),
    ];

    public static List<OciDeviceRule> Rules(Workload workload) => workload.Privileged ? [Everything] :
        [.. Standard, .. workload.Devices.Select(device => Allow(device.Node.Type, device.Node.Major, device.Node.Minor, device.Access)),
            .. workload.DeviceRules];

    /// <summary>Whether these are the rules of a privileged workload.</summary>
    public static bool AreAllAllowed(IReadOnlyList<OciDeviceRule>? rules) =>
        rules is [{ Allow: true, Type: null, Major: null, Minor: null }];

    /// <summary>Whether every workload has it.</summary>
    public static bool IsStandard(OciDeviceRule rule) => Standard.Contains(rule);

    /// <summary>Nodes besides those that the runtime always makes.</summary>
    public static List<OciDevice> Nodes(Workload workload)
    {
        List<OciDevice> nodes = [];
        if (workload.Privileged) AddAll(nodes);
        nodes.AddRange(workload.Devices.Select(device => ToOci(device.Node, device.Path)));
        return nodes;
    }

    private static OciDeviceRule Allow(string type, long? major, long? minor, string access = "rwm") =>
        new() { Allow = true, Type = type, Major = major, Minor = minor, Access = access };

    private static void AddAll(List<OciDevice> nodes)
    {
        foreach (string entry in OwnDirectory.All("/dev"))
        {
            if (entry is "/dev/console" or "/dev/ptmx" or "/dev/tty" || !DeviceNode.TryRead(entry, out DeviceNode node)) continue;
            nodes.Add(ToOci(node, node.Path));
        }
    }

    private static OciDevice ToOci(DeviceNode node, string path) => new()
    {
        Type = node.Type, Path = path, Major = node.Major, Minor = node.Minor, FileMode = node.Mode, Uid = node.Uid, Gid = node.Gid,
    };
}
