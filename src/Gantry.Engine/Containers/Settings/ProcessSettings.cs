using Gantry.Api.Containers;
using Gantry.Oci.Runtime;
using Gantry.Workloads;
using Gantry.Workloads.Security;

namespace Gantry.Engine.Containers.Settings;

/// <summary>A process as a container's settings have it: its first one's, and with what an exec says that one's.</summary>
internal static class ProcessSettings
{
    /// <summary>All but the command.</summary>
    /// <param name="terminal">Whether this very process has one.</param>
    /// <param name="privileged">Whether this very process is.</param>
    /// <param name="defaultRlimits">The daemon's, in whose place come the container's own.</param>
    public static WorkloadProcess Read(ContainerConfig config, HostConfig host, bool terminal, bool privileged,
        IReadOnlyList<OciRlimit> defaultRlimits)
    {
        SecurityOptions security = SecurityOptions.Parse(host.SecurityOpt);
        return new WorkloadProcess
        {
            Environment = Environment(config, terminal),
            Directory = string.IsNullOrEmpty(config.WorkingDir) ? "/" : InsidePath.Clean(config.WorkingDir),
            User = config.User ?? "",
            Groups = host.GroupAdd ?? [],
            Terminal = terminal,
            Rlimits = Rlimits(host, defaultRlimits),
            Capabilities = CapabilitySet.Resolve(privileged, host.CapAdd, host.CapDrop),
            NoNewPrivileges = security.NoNewPrivileges,
            AppArmor = security.AppArmor,
            OomScoreAdjustment = host.OomScoreAdj,
        };
    }

    /// <summary>Defaults first, so that the image's and the user's values win.</summary>
    private static List<string> Environment(ContainerConfig config, bool terminal)
    {
        List<string> list = ProcessEnvironment.Defaults(config.Hostname, terminal);
        ProcessEnvironment.Merge(list, config.Env);
        return list;
    }

    public static List<OciRlimit> Rlimits(HostConfig host, IReadOnlyList<OciRlimit> defaults)
    {
        Dictionary<string, OciRlimit> limits = defaults.ToDictionary(limit => limit.Type);
        foreach (Ulimit limit in host.Ulimits ?? [])
        {
            string type = "RLIMIT_" + (limit.Name ?? "").ToUpperInvariant();
            limits[type] = new OciRlimit { Type = type, Soft = unchecked((ulong)limit.Soft), Hard = unchecked((ulong)limit.Hard) };
        }
        return [.. limits.Values];
    }
}
