using Gantry.Api.Containers;
using Gantry.Build.Graph;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Creation;
using Gantry.Network.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Daemon.Build;

/// <summary>What the commands of a build have around them, however it is asked for.</summary>
internal sealed record BuildSurroundings
{
    /// <summary>Bytes: no machine has as much memory.</summary>
    private const long MostShared = 1L << 50;

    /// <summary>Limits, as a container has them.</summary>
    public required HostConfig Limits { get; init; }

    /// <summary>Empty for the usual one.</summary>
    public required string Network { get; init; }

    /// <summary>Each as <c>name:address</c>.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Bytes, as the client has called them; 0 for the usual ones.</summary>
    public required (string Option, long Bytes) SharedMemory { get; init; }

    /// <summary>A path, as the client has called it; empty for the usual one.</summary>
    public required (string Option, string Path) CgroupParent { get; init; }

    /// <param name="warnings">Gets what is done without.</param>
    /// <exception cref="GantryException">Invalid: there is no such host, size or place.</exception>
    public RunSurroundings Check(CgroupSupport support, IReadOnlyList<OciRlimit> defaultRlimits, List<string> warnings)
    {
        (OciResources limits, IReadOnlyList<OciRlimit> rlimits) = CommandLimits.Of(Limits, defaultRlimits, support, warnings);
        foreach (string host in Hosts) HostsFile.Check(host);
        if (SharedMemory.Bytes > MostShared)
            throw GantryException.Invalid($"{SharedMemory.Option}: {SharedMemory.Bytes} bytes are more than any machine's memory");
        if (CgroupParent.Path.Split('/').Any(part => part is "." or "..") || CgroupParent.Path.Contains('\0'))
        {
            string shown = CgroupParent.Path.Replace("\0", "\\0", StringComparison.Ordinal);
            throw GantryException.Invalid($"{CgroupParent.Option}: \"{shown}\" is no path of a control group");
        }
        RunSurroundings usual = new();
        return usual with
        {
            Network = Network.Length > 0 ? Network : usual.Network, ExtraHosts = Hosts,
            SharedMemory = SharedMemory.Bytes > 0 ? SharedMemory.Bytes : usual.SharedMemory, Rlimits = rlimits, Limits = limits,
            CgroupParent = CgroupParent.Path,
        };
    }
}
