using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>What an update says against what the container has already.</summary>
internal static class UpdateConflict
{
    /// <exception cref="GantryException">Conflict, in the words that clients know.</exception>
    public static void Run(HostConfig now, ContainerUpdateRequest wanted)
    {
        if (wanted.NanoCpus > 0 && now.CpuPeriod > 0)
            throw GantryException.Conflict("Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set");
        if (wanted.NanoCpus > 0 && now.CpuQuota > 0)
            throw GantryException.Conflict("Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set");
        if (wanted.CpuPeriod > 0 && now.NanoCpus > 0)
            throw GantryException.Conflict("Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set");
        if (wanted.CpuQuota > 0 && now.NanoCpus > 0)
            throw GantryException.Conflict("Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
        if (wanted.Memory > 0 && wanted.MemorySwap == 0 && wanted.Memory > now.MemorySwap)
            throw GantryException.Conflict(
                "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        long memory = wanted.Memory > 0 ? wanted.Memory : now.Memory;
        if (wanted.MemorySwap > 0 && memory == 0)
            throw GantryException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        if (wanted.MemorySwap > 0 && wanted.MemorySwap < memory)
            throw GantryException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        if (now.AutoRemove && wanted.RestartPolicy is { Name: not ("" or "no") })
            throw GantryException.Conflict("Restart policy cannot be updated because AutoRemove is enabled for the container");
    }
}
