namespace Gantry.Linux.Processes;

/// <summary>struct sched_attr, see sched_setattr(2). Times are nanoseconds.</summary>
public readonly record struct SchedulingPolicy(uint Policy, ulong Flags, int Nice, uint Priority, ulong Runtime, ulong Deadline, ulong Period);

/// <summary>When, where and with what precedence the calling thread runs.</summary>
public static unsafe class SchedulingCalls
{
    private const int ThisThread = 1, AttributeSize = 48;

    /// <exception cref="KernelException"/>
    public static void SetPolicy(SchedulingPolicy policy, string shownPolicy)
    {
        Attributes attributes = new()
        {
            Size = AttributeSize, Policy = policy.Policy, Flags = policy.Flags, Nice = policy.Nice, Priority = policy.Priority,
            Runtime = policy.Runtime, Deadline = policy.Deadline, Period = policy.Period,
        };
        if (NativeProcess.syscall(SyscallNumber.SchedSetattr, 0, (nint)(&attributes), 0, 0, 0) < 0) throw KernelException.Last("sched_setattr", value: shownPolicy);
    }

    /// <param name="ioClass">1 real time, 2 best effort, 3 idle.</param>
    /// <param name="priority">0 (first) to 7.</param>
    /// <exception cref="KernelException"/>
    public static void SetIOPriority(int ioClass, int priority)
    {
        if (NativeProcess.syscall(SyscallNumber.IoprioSet, ThisThread, 0, ioClass << 13 | priority, 0, 0) < 0)
            throw KernelException.Last("ioprio_set", value: $"class {ioClass} priority {priority}");
    }

    /// <param name="processors">As <see cref="CpuList.Parse"/> makes it.</param>
    /// <exception cref="KernelException">EINVAL: none of them is in the cgroup's cpuset.</exception>
    public static void SetAffinity(ReadOnlySpan<ulong> processors, string shownList)
    {
        fixed (ulong* mask = processors)
        {
            if (NativeProcess.syscall(SyscallNumber.SchedSetaffinity, 0, processors.Length * sizeof(ulong), (nint)mask, 0, 0) < 0)
                throw KernelException.Last("sched_setaffinity", value: shownList);
        }
    }

    private struct Attributes
    {
        internal uint Size, Policy;
        internal ulong Flags;
        internal int Nice;
        internal uint Priority;
        internal ulong Runtime, Deadline, Period;
    }
}
