using System.Text.Json;
using Gantry.Linux.Cgroups.Statistics;
using Gantry.Runtime.Cgroups;

namespace Gantry.Runtime.Statistics;

/// <summary>What a container uses, with the members of runc's <c>events --stats</c>.</summary>
internal static class ContainerStatistics
{
    public static void Write(Utf8JsonWriter writer, ContainerCgroup cgroup)
    {
        if (cgroup is CgroupV1 v1) Write(writer, CgroupStatistics.ReadV1(v1.Of));
        else if (cgroup.MemoryDirectory is { } directory) Write(writer, CgroupStatistics.ReadV2(directory));
        Object(writer, "intel_rdt", static () => { });
        writer.WriteNull("network_interfaces");
    }

    public static void Write(Utf8JsonWriter writer, CgroupStatistics all)
    {
        Object(writer, "cpu", () => Cpu(writer, all.Cpu));
        Object(writer, "cpuset", () => Cpuset(writer, all.Cpuset));
        Object(writer, "memory", () => Memory(writer, all.Memory));
        Object(writer, "pids", () =>
        {
            writer.WriteNumber("current", all.Pids.Current);
            if (all.Pids.Limit is { } limit) writer.WriteNumber("limit", limit);
        });
        Object(writer, "blkio", () => Block(writer, all.Block));
        Object(writer, "hugetlb", () =>
        {
            foreach (HugePageStatistics huge in all.HugePages) Object(writer, huge.Size, () => Huge(writer, huge));
        });
    }

    private static void Cpu(Utf8JsonWriter writer, CpuStatistics cpu)
    {
        Object(writer, "usage", () =>
        {
            writer.WriteNumber("total", cpu.Total);
            Numbers(writer, "percpu", cpu.EachTotal);
            Numbers(writer, "percpu_kernel", cpu.EachKernel);
            Numbers(writer, "percpu_user", cpu.EachUser);
            writer.WriteNumber("kernel", cpu.Kernel);
            writer.WriteNumber("user", cpu.User);
        });
        Object(writer, "throttling", () =>
        {
            writer.WriteNumber("periods", cpu.Periods);
            writer.WriteNumber("throttledPeriods", cpu.ThrottledPeriods);
            writer.WriteNumber("throttledTime", cpu.ThrottledTime);
        });
    }

    private static void Cpuset(Utf8JsonWriter writer, CpusetStatistics cpuset)
    {
        Numbers(writer, "cpus", cpuset.Cpus);
        Numbers(writer, "mems", cpuset.Memories);
        foreach ((string flag, ulong value) in cpuset.Flags) writer.WriteNumber(flag, value);
        if (cpuset.RelaxDomainLevel is { } level) writer.WriteNumber("sched_relax_domain_level", level);
    }

    private static void Memory(Utf8JsonWriter writer, MemoryStatistics memory)
    {
        writer.WriteNumber("cache", memory.Cache);
        Counter(writer, "usage", memory.Usage);
        Counter(writer, "swap", memory.Swap);
        Counter(writer, "kernel", memory.Kernel);
        Counter(writer, "kernelTCP", memory.KernelTcp);
        Object(writer, "raw", () =>
        {
            foreach ((string key, ulong value) in memory.All) writer.WriteNumber(key, value);
        });
    }

    private static void Counter(Utf8JsonWriter writer, string name, MemoryCounter? counter)
    {
        if (counter is null) return;
        Object(writer, name, () =>
        {
            writer.WriteNumber("limit", counter.Limit);
            writer.WriteNumber("usage", counter.Usage);
            if (counter.Most is { } most) writer.WriteNumber("max", most);
            writer.WriteNumber("failcnt", counter.Failures);
        });
    }

    private static void Block(Utf8JsonWriter writer, BlockStatistics block)
    {
        Entries(writer, "ioServiceBytesRecursive", block.Bytes);
        Entries(writer, "ioServicedRecursive", block.Operations);
        Entries(writer, "ioQueueRecursive", block.Queued);
        Entries(writer, "ioServiceTimeRecursive", block.ServiceTime);
        Entries(writer, "ioWaitTimeRecursive", block.WaitTime);
        Entries(writer, "ioMergedRecursive", block.Merged);
    }

    private static void Huge(Utf8JsonWriter writer, HugePageStatistics huge)
    {
        writer.WriteNumber("usage", huge.Usage);
        if (huge.Most is { } most) writer.WriteNumber("max", most);
        writer.WriteNumber("failcnt", huge.Failures);
    }

    private static void Object(Utf8JsonWriter writer, string name, Action members)
    {
        writer.WriteStartObject(name);
        members();
        writer.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter writer, string name, IReadOnlyList<ulong>? values)
    {
        if (values is null) return;
        writer.WriteStartArray(name);
        foreach (ulong value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    /// <summary>Each as <c>{"major":8,"minor":0,"op":"Read","value":4096}</c>.</summary>
    private static void Entries(Utf8JsonWriter writer, string name, IReadOnlyList<BlockCounter>? counters)
    {
        if (counters is null) return;
        writer.WriteStartArray(name);
        foreach (BlockCounter counter in counters)
        {
            writer.WriteStartObject();
            writer.WriteNumber("major", counter.Major);
            writer.WriteNumber("minor", counter.Minor);
            if (counter.Operation.Length > 0) writer.WriteString("op", counter.Operation);
            writer.WriteNumber("value", counter.Value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
