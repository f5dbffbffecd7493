using Gantry.Oci.Runtime;

namespace Gantry.Workloads.Bundle;

/// <summary>The process part of the spec, PID 1's and that of every other.</summary>
public static class BundleProcess
{
    public static OciProcess Build(WorkloadProcess process) => new()
    {
        Terminal = process.Terminal,
        ConsoleSize = process is { Terminal: true, Size: (> 0, > 0) }
            ? new OciConsoleSize { Height = process.Size.Rows, Width = process.Size.Columns } : null,
        User = User(process),
        Args = process.Arguments,
        Env = process.Environment,
        Cwd = process.Directory,
        Capabilities = Sets(process.Capabilities),
        Rlimits = process.Rlimits,
        NoNewPrivileges = process.NoNewPrivileges,
        ApparmorProfile = process.AppArmor,
        OomScoreAdj = process.OomScoreAdjustment,
    };

    /// <summary>No inheritable set, ever (CVE-2022-29162). A user other than root loses the rest at execve, as the kernel has it:
    /// nothing is ambient.</summary>
    private static OciCapabilities Sets(IReadOnlyList<string> names) =>
        new() { Bounding = names, Permitted = names, Effective = names, Inheritable = [], Ambient = [] };

    private static OciUser User(WorkloadProcess process)
    {
        ILookup<bool, string> groups = process.Groups.ToLookup(static group => uint.TryParse(group, out _));
        return new OciUser
        {
            Username = process.User.Length == 0 ? "0" : process.User,
            AdditionalGids = groups.Contains(true) ? [.. groups[true].Select(uint.Parse)] : null,
            AdditionalGroups = groups.Contains(false) ? [.. groups[false]] : null,
        };
    }
}
