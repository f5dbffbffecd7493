using Gantry.Api.Containers;
using Gantry.Engine.Containers.Checks;
using Gantry.Engine.Containers.Settings;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Creation;

/// <summary>Limits of commands that no container has: those of a build.</summary>
public static class CommandLimits
{
    /// <summary>Checks them as a container's, and gives them as the runtime has them.</summary>
    /// <param name="defaults">The daemon's, in whose place come those that are asked for.</param>
    /// <param name="warnings">Gets what this kernel cannot hold.</param>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static (OciResources Limits, IReadOnlyList<OciRlimit> Rlimits) Of(HostConfig asked, IReadOnlyList<OciRlimit> defaults,
        CgroupSupport support, List<string> warnings)
    {
        UlimitCheck.Run(asked.Ulimits);
        LimitsCheck.Run(asked, support, update: false, warnings);
        return (LimitSettings.Read(asked), ProcessSettings.Rlimits(asked, defaults));
    }
}
