using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

internal static class MemoryController
{
    private const string LimitV1 = "memory.limit_in_bytes", SwapV1 = "memory.memsw.limit_in_bytes";

    public static void ApplyV1(string? directory, OciMemory? memory)
    {
        if (memory is null || IsEmpty(memory)) return;
        if (directory is null) throw new KernelException("set memory limit", Errno.ENODEV, hint: "no memory hierarchy is mounted");
        if (memory.CheckBeforeUpdate == true) CheckUsage(directory, "memory.usage_in_bytes", memory.Limit);
        ApplyLimits(directory, memory);
        CgroupFile.Write(directory, "memory.soft_limit_in_bytes", NonZero(memory.Reservation));
        CgroupFile.Write(directory, "memory.kmem.tcp.limit_in_bytes", NonZero(memory.KernelTCP));
        if (memory.Swappiness is { } swappiness) CgroupFile.Write(directory, "memory.swappiness", swappiness.ToString());
        if (memory.DisableOOMKiller == true) CgroupFile.Write(directory, "memory.oom_control", "1");
    }

    // The kernel keeps limit ≤ limit with swap at every moment: the one that grows goes first.
    private static void ApplyLimits(string directory, OciMemory memory)
    {
        if (memory.Limit is not (null or 0) && File.Exists($"{directory}/{SwapV1}"))
        {
            long swap = memory.Swap is not (null or 0) and { } asked ? asked : memory.Limit == -1 ? -1 : 0;
            bool grows = swap == -1
                || (swap > 0 && long.TryParse(CgroupFile.Read(directory, SwapV1), out long current) && current < memory.Limit);
            if (grows) CgroupFile.Write(directory, SwapV1, swap);
            CgroupFile.Write(directory, LimitV1, memory.Limit);
            if (!grows && swap != 0) CgroupFile.Write(directory, SwapV1, swap);
            return;
        }
        CgroupFile.Write(directory, LimitV1, NonZero(memory.Limit));
        if (NonZero(memory.Swap) is { } alone) CgroupFile.WriteIfThere(directory, SwapV1, alone.ToString());
    }

    public static void ApplyV2(string directory, OciMemory? memory)
    {
        if (memory is null || IsEmpty(memory)) return;
        RefuseVersionOne(memory);
        if (memory.CheckBeforeUpdate == true) CheckUsage(directory, "memory.current", memory.Limit);
        if (memory.Swap is not (null or 0) and { } swap)
        {
            // The spec counts memory and swap together, v2 counts swap alone.
            if (swap > 0 && memory.Limit is not > 0) throw GantryException.Invalid("a limit for memory and swap needs a memory limit");
            if (swap > 0 && swap < memory.Limit)
                throw GantryException.Invalid($"memory.swap {swap} counts memory too and must not be below memory.limit {memory.Limit}");
            CgroupFile.WriteIfThere(directory, "memory.swap.max", swap == -1 ? "max" : (swap - memory.Limit!.Value).ToString());
        }
        if (memory.Limit is not (null or 0) and { } limit)
            CgroupFile.Write(directory, "memory.max", limit == -1 ? "max" : limit.ToString());
        if (memory.Reservation is not (null or 0) and { } low)
            CgroupFile.Write(directory, "memory.low", low == -1 ? "max" : low.ToString());
    }

    private static void RefuseVersionOne(OciMemory memory)
    {
        string? field = memory switch
        {
            { KernelTCP: not (null or 0) } => "kernelTCP",
            { Swappiness: not null } => "swappiness",
            { DisableOOMKiller: true } => "disableOOMKiller",
            _ => null,
        };
        if (field is not null) throw GantryException.Unsupported($"linux.resources.memory.{field}: cgroup v2 has no such setting");
    }

    // Without this the kernel would kill until the rest fits.
    private static void CheckUsage(string directory, string file, long? limit)
    {
        if (limit is > 0 and { } bytes && long.TryParse(CgroupFile.Read(directory, file), out long used) && used > bytes)
            throw GantryException.Conflict($"memory.limit {bytes} is below what the container uses now, {used}");
    }

    private static bool IsEmpty(OciMemory memory) =>
        memory is { Limit: null or 0, Reservation: null or 0, Swap: null or 0, KernelTCP: null or 0, Swappiness: null,
            DisableOOMKiller: not true };

    private static long? NonZero(long? value) => value == 0 ? null : value;
}
