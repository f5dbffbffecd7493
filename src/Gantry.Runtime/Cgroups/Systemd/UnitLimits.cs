using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Controllers;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>The limits that systemd writes into files itself: those it is not told of it would take back at its next occasion.
/// systemd.resource-control(5).</summary>
internal static class UnitLimits
{
    private const ulong Infinity = ulong.MaxValue, DefaultPeriod = 100_000;
    // systemd keeps a quota in whole percents of a processor's second.
    private const ulong Percent = 10_000;
    // Some 31 years: more is no limit.
    private const long LargestQuota = 1_000_000_000_000_000;

    public static IReadOnlyList<string> Accounted =>
        CgroupHost.IsUnified ? ["CPU", "Memory", "IO", "Tasks"] : ["CPU", "Memory", "BlockIO", "Tasks"];

    public static List<UnitProperty> Of(OciResources resources) => Of(resources, CgroupHost.IsUnified);

    public static List<UnitProperty> Of(OciResources resources, bool unified)
    {
        List<UnitProperty> properties = [];
        if (unified) AddMemory(properties, resources.Memory);
        else AddLimit(properties, "MemoryLimit", resources.Memory?.Limit);
        AddCpu(properties, resources.Cpu, unified);
        if (resources.Pids is { Limit: not 0 } pids) AddLimit(properties, "TasksMax", pids.Limit);
        if (resources.BlockIO?.Weight is > 0 and { } weight)
            properties.Add(unified ? new UnitProperty("IOWeight", (ulong)BlockIOController.Weight(weight))
                : new UnitProperty("BlockIOWeight", weight));
        if (unified) AddUnified(properties, resources.Unified);
        return properties;
    }

    private static void AddMemory(List<UnitProperty> properties, OciMemory? memory)
    {
        AddLimit(properties, "MemoryMax", memory?.Limit);
        AddLimit(properties, "MemoryLow", memory?.Reservation);
        if (memory?.Swap is -1 || memory is { Swap: > 0, Limit: > 0 } && memory.Swap >= memory.Limit)
            properties.Add(new UnitProperty("MemorySwapMax", memory.Swap == -1 ? Infinity : (ulong)(memory.Swap - memory.Limit)!));
    }

    private static void AddCpu(List<UnitProperty> properties, OciCpu? cpu, bool unified)
    {
        if (cpu?.Shares is > 0 and { } shares)
            properties.Add(unified ? new UnitProperty("CPUWeight", CpuController.Weight(shares)) : new UnitProperty("CPUShares", shares));
        if (cpu?.Quota is not (null or 0) || cpu?.Period is > 0) AddQuota(properties, cpu.Quota, cpu.Period);
        if (cpu?.Cpus is { Length: > 0 } cpus) properties.Add(Set("AllowedCPUs", cpus, "linux.resources.cpu.cpus"));
        if (cpu?.Mems is { Length: > 0 } nodes) properties.Add(Set("AllowedMemoryNodes", nodes, "linux.resources.cpu.mems"));
    }

    private static void AddQuota(List<UnitProperty> properties, long? quota, ulong? period)
    {
        ulong length = period is > 0 and { } given ? given : DefaultPeriod;
        properties.Add(new UnitProperty("CPUQuotaPeriodUSec", length));
        // Rounded up: what systemd writes first must leave room for the exact value that follows.
        bool limited = quota is > 0 and <= LargestQuota;
        properties.Add(new UnitProperty("CPUQuotaPerSecUSec", limited ? ((ulong)quota! * 100 + length - 1) / length * Percent : Infinity));
    }

    // A file that we write under its own name is systemd's as well where it has a property for it.
    private static void AddUnified(List<UnitProperty> properties, IReadOnlyDictionary<string, string>? files)
    {
        foreach ((string file, string value) in files ?? new Dictionary<string, string>())
        {
            string text = value.Trim();
            string? name = file switch
            {
                "memory.max" => "MemoryMax", "memory.high" => "MemoryHigh", "memory.low" => "MemoryLow", "memory.min" => "MemoryMin",
                "memory.swap.max" => "MemorySwapMax",
                "pids.max" => "TasksMax", "cpu.weight" => "CPUWeight", _ => null,
            };
            if (name is not null && Number(text) is { } number) properties.Add(new UnitProperty(name, number));
            else if (file == "cpuset.cpus" && text.Length > 0)
                properties.Add(Set("AllowedCPUs", text, "linux.resources.unified cpuset.cpus"));
            else if (file == "cpuset.mems" && text.Length > 0)
                properties.Add(Set("AllowedMemoryNodes", text, "linux.resources.unified cpuset.mems"));
            else if (file == "cpu.max" && text.Split(' ') is [var quota, .. var rest] && Number(quota) is { } limit)
                AddQuota(properties, limit > long.MaxValue ? -1 : (long)limit, rest is [var period] ? Number(period) : null);
        }
    }

    // A kernel file's number may have a unit, which the file takes and a property does not.
    private static ulong? Number(string text) =>
        text == "max" ? Infinity : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;

    private static void AddLimit(List<UnitProperty> properties, string name, long? limit)
    {
        if (limit is not (null or 0) and { } value) properties.Add(new UnitProperty(name, value < 0 ? Infinity : (ulong)value));
    }

    // A bit for each, the lowest first; bytes of zeros at the end are left out.
    private static UnitProperty Set(string name, string list, string field)
    {
        ReadOnlySpan<byte> mask = MemoryMarshal.AsBytes(CpuList.Parse(list, field).AsSpan());
        return new UnitProperty(name, DBusValue.Bytes(mask.TrimEnd((byte)0)));
    }
}
