using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>All the limits that create and update share.</summary>
internal static class LimitsCheck
{
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void Run(ContainerResources limits, CgroupSupport support, bool update, List<string> warnings)
    {
        MemoryCheck.Run(limits, update);
        CpuCheck.Run(limits, support);
        PidsCheck.Run(limits);
        MemoryCheck.Discard(limits, support, warnings);
        CpuCheck.Discard(limits, warnings);
        BlockIOCheck.Discard(limits, support, warnings);
        BlockIOCheck.Run(limits);
        BlockIOCheck.Devices(limits);
    }
}
