using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>process.scheduler, process.ioPriority and process.execCPUAffinity (config.md, "Linux Process").</summary>
internal static class Scheduling
{
    private const uint Other = 0, Fifo = 1, RoundRobin = 2, Batch = 3, Iso = 4, Idle = 5, DeadlineFirst = 6;

    /// <exception cref="GantryException">A name is not known, or a value does not belong to the policy.</exception>
    public static void Check(OciProcess process)
    {
        if (process.Scheduler is { } scheduler) Policy(scheduler);
        if (process.IoPriority is { } io) IOClass(io);
        if (process.ExecCPUAffinity is not { } affinity) return;
        if (!string.IsNullOrEmpty(affinity.Initial)) CpuList.Parse(affinity.Initial, "execCPUAffinity.initial");
        if (!string.IsNullOrEmpty(affinity.Final)) CpuList.Parse(affinity.Final, "execCPUAffinity.final");
    }

    /// <summary>A thread under SCHED_DEADLINE may not fork any more, so this comes after whatever does.</summary>
    public static void Add(FinalSteps steps, OciProcess process, bool exec)
    {
        if (exec && process.ExecCPUAffinity?.Final is { Length: > 0 } cpus)
            steps.SetAffinity(CpuList.Parse(cpus, "execCPUAffinity.final"), cpus);
        if (process.IoPriority is { } io) steps.SetIOPriority(IOClass(io), io.Priority);
        if (process.Scheduler is { } scheduler) steps.SetPolicy(Policy(scheduler), scheduler.Policy);
    }

    /// <summary>Where an exec starts, before it enters its cgroup.</summary>
    public static void AddFirst(FinalSteps steps, OciProcess process)
    {
        if (process.ExecCPUAffinity?.Initial is { Length: > 0 } cpus)
            steps.SetAffinity(CpuList.Parse(cpus, "execCPUAffinity.initial"), cpus);
    }

    public static SchedulingPolicy Policy(OciScheduler scheduler)
    {
        uint policy = scheduler.Policy switch
        {
            "SCHED_OTHER" => Other,
            "SCHED_FIFO" => Fifo,
            "SCHED_RR" => RoundRobin,
            "SCHED_BATCH" => Batch,
            "SCHED_ISO" => Iso,
            "SCHED_IDLE" => Idle,
            "SCHED_DEADLINE" => DeadlineFirst,
            _ => throw GantryException.Invalid($"scheduler.policy \"{scheduler.Policy}\" is not known"),
        };
        int nice = scheduler.Nice ?? 0, priority = scheduler.Priority ?? 0;
        if (nice is < -20 or > 19) throw GantryException.Invalid($"scheduler.nice is {nice}; it must be between -20 and 19");
        if (priority != 0 && policy is not (Fifo or RoundRobin))
            throw GantryException.Invalid(
                $"scheduler.priority can only be given with SCHED_FIFO and SCHED_RR, not with {scheduler.Policy}");
        if (priority is < 0 or > 99) throw GantryException.Invalid($"scheduler.priority is {priority}; it must be between 1 and 99");
        bool times = scheduler is { Runtime: > 0 } or { Deadline: > 0 } or { Period: > 0 };
        if (times && policy != DeadlineFirst)
            throw GantryException.Invalid(
                $"scheduler.runtime, deadline and period can only be given with SCHED_DEADLINE, not with {scheduler.Policy}");
        return new SchedulingPolicy(policy, Flags(scheduler.Flags), nice, (uint)priority, scheduler.Runtime ?? 0, scheduler.Deadline ?? 0,
            scheduler.Period ?? 0);
    }

    private static ulong Flags(IReadOnlyList<string>? names)
    {
        ulong flags = 0;
        foreach (string name in names ?? [])
        {
            flags |= name switch
            {
                "SCHED_FLAG_RESET_ON_FORK" => 0x01UL,
                "SCHED_FLAG_RECLAIM" => 0x02UL,
                "SCHED_FLAG_DL_OVERRUN" => 0x04UL,
                "SCHED_FLAG_KEEP_POLICY" => 0x08UL,
                "SCHED_FLAG_KEEP_PARAMS" => 0x10UL,
                "SCHED_FLAG_UTIL_CLAMP_MIN" => 0x20UL,
                "SCHED_FLAG_UTIL_CLAMP_MAX" => 0x40UL,
                _ => throw GantryException.Invalid($"scheduler.flags: \"{name}\" is not known"),
            };
        }
        return flags;
    }

    public static int IOClass(OciIOPriority priority)
    {
        if (priority.Priority is < 0 or > 7)
            throw GantryException.Invalid($"ioPriority.priority is {priority.Priority}; it must be between 0 and 7");
        return priority.Class switch
        {
            "IOPRIO_CLASS_RT" => 1,
            "IOPRIO_CLASS_BE" => 2,
            "IOPRIO_CLASS_IDLE" => 3,
            _ => throw GantryException.Invalid($"ioPriority.class \"{priority.Class}\" is not known"),
        };
    }
}
