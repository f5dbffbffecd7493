using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>How many processes there may be.</summary>
internal static class PidsCheck
{
    /// <summary>The largest that the kernel takes: PID_MAX_LIMIT of a 64-bit machine.</summary>
    private const long Most = 4_194_304;

    public static void Run(ContainerResources limits)
    {
        if (limits.PidsLimit > Most)
            throw GantryException.Invalid(
                $"invalid pids limit ({limits.PidsLimit}): the most that the kernel takes is {Most}, and -1 is no limit");
    }
}
