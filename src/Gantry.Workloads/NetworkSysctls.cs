namespace Gantry.Workloads;

/// <summary>Unprivileged ports and ping are harmless inside a network namespace of one's own, and spare images a capability.</summary>
public static class NetworkSysctls
{
    private static readonly Dictionary<string, string> Own = new()
    {
        ["net.ipv4.ip_unprivileged_port_start"] = "0",
        ["net.ipv4.ping_group_range"] = "0 2147483647",
    };

    /// <summary>What a workload has without a word about it.</summary>
    public static IReadOnlyDictionary<string, string> Of(bool ownNetwork, bool privileged) =>
        ownNetwork && !privileged ? Own : new Dictionary<string, string>();
}
