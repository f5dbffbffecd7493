using Gantry.Oci.Runtime;

namespace Gantry.Build.Graph;

/// <summary>What a command has around it that the build was asked for.</summary>
public sealed record RunSurroundings
{
    /// <summary><c>default</c>, <c>none</c>, <c>host</c>, or the name of a network.</summary>
    public string Network { get; init; } = "default";
    /// <summary>Empty for one that is made up.</summary>
    public string Hostname { get; init; } = "";
    /// <summary><c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];
    /// <summary>Bytes.</summary>
    public long SharedMemory { get; init; } = 64L << 20;
    public IReadOnlyList<OciRlimit> Rlimits { get; init; } = [];
    public OciResources Limits { get; init; } = new();
    /// <summary>Empty for the daemon's.</summary>
    public string CgroupParent { get; init; } = "";
}
