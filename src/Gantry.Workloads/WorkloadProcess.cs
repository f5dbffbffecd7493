using Gantry.Oci.Runtime;
using Gantry.Workloads.Security;

namespace Gantry.Workloads;

/// <summary>A process to run: the first one of a workload, or a further one in it.</summary>
public sealed record WorkloadProcess
{
    public IReadOnlyList<string> Arguments { get; init; } = [];
    /// <summary><c>NAME=value</c>, each name once.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    /// <summary>Absolute and clean.</summary>
    public string Directory { get; init; } = "/";
    /// <summary><c>user[:group]</c>, names or numbers, as the root's own files have them; empty is root, whose account is looked up as
    /// well: it may have groups.</summary>
    public string User { get; init; } = "";
    /// <summary>Supplementary ones, names or numbers.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];
    public bool Terminal { get; init; }
    /// <summary>Of the terminal; 0 leaves it to a later resize.</summary>
    public (ushort Rows, ushort Columns) Size { get; init; }
    public IReadOnlyList<OciRlimit> Rlimits { get; init; } = [];
    public IReadOnlyList<string> Capabilities { get; init; } = CapabilitySet.Default;
    public bool NoNewPrivileges { get; init; }
    public string? AppArmor { get; init; }
    public int OomScoreAdjustment { get; init; }
}
