namespace Gantry.Linux.Processes;

/// <summary>struct sched_attr, see sched_setattr(2). Times are nanoseconds.</summary>
public readonly record struct SchedulingPolicy(uint Policy, ulong Flags, int Nice, uint Priority, ulong Runtime, ulong Deadline,
    ulong Period);

/// <summary>The five sets of capabilities(7) but the bounding one, as bits.</summary>
public readonly record struct CapabilityBits(ulong Effective, ulong Permitted, ulong Inheritable, ulong Ambient);
