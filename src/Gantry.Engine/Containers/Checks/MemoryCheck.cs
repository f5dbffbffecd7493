using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>The limits of memory, in the words that clients know.</summary>
internal static class MemoryCheck
{
    private const long Minimum = 6L << 20;

    /// <param name="update">Of a container that exists: what is not said stays, and so may be there already.</param>
    public static void Run(ContainerResources limits, bool update)
    {
        Amounts(limits);
        if (limits.MemorySwap > 0 && limits.Memory == 0 && !update)
            throw GantryException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        if (limits.MemorySwap > 0 && limits.MemorySwap < limits.Memory)
            throw GantryException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        if (limits.Memory > 0 && limits.MemoryReservation > limits.Memory)
            throw GantryException.Invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
        if (limits.MemorySwappiness is { } swappiness and not (>= -1 and <= 100))
            throw GantryException.Invalid($"Invalid value: {swappiness}, valid memory swappiness range is 0-100");
    }

    private static void Amounts(ContainerResources limits)
    {
        if (limits.Memory != 0 && limits.Memory < Minimum) throw GantryException.Invalid("Minimum memory limit allowed is 6MB");
        if (limits.MemoryReservation != 0 && limits.MemoryReservation < Minimum)
            throw GantryException.Invalid("Minimum memory reservation allowed is 6MB");
        if (limits.KernelMemory is > 0 and < Minimum) throw GantryException.Invalid("Minimum kernel memory limit allowed is 6MB");
        if (limits.KernelMemoryTCP < 0)
            throw GantryException.Invalid($"invalid kernel memory TCP limit ({limits.KernelMemoryTCP}): it must not be negative");
    }

    /// <summary>What this kernel does not have is discarded, and said.</summary>
    public static void Discard(ContainerResources limits, CgroupSupport support, List<string> warnings)
    {
        if (limits.Memory > 0 && !support.Memory)
        {
            warnings.Add(Lacks("memory limit", "Limitation discarded."));
            limits.Memory = limits.MemorySwap = limits.MemoryReservation = 0;
        }
        else if (limits.Memory > 0 && limits.MemorySwap != -1 && !support.Swap)
        {
            warnings.Add(Lacks("swap limit", "Memory limited without swap."));
            limits.MemorySwap = -1;
        }
        if (limits.MemorySwappiness is >= 0 && support.Version == 2)
        {
            warnings.Add(Lacks("memory swappiness", "Memory swappiness discarded."));
            limits.MemorySwappiness = null;
        }
        if (limits.KernelMemory > 0)
        {
            warnings.Add("Specifying a kernel memory limit is deprecated and will be removed in a future release.");
            limits.KernelMemory = null;
        }
        if (limits.KernelMemoryTCP > 0 && !support.KernelMemoryTcp)
        {
            warnings.Add(Lacks("kernel memory TCP limit", "Limitation discarded."));
            limits.KernelMemoryTCP = null;
        }
        OutOfMemoryKiller(limits, support, warnings);
    }

    private static void OutOfMemoryKiller(ContainerResources limits, CgroupSupport support, List<string> warnings)
    {
        if (limits.OomKillDisable != true) return;
        if (!support.OomKillDisable)
        {
            warnings.Add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
            limits.OomKillDisable = null;
        }
        else if (limits.Memory == 0)
        {
            warnings.Add("OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out "
                + "of resources.");
        }
    }

    private static string Lacks(string what, string result) =>
        $"Your kernel does not support {what} capabilities or the cgroup is not mounted. {result}";
}
