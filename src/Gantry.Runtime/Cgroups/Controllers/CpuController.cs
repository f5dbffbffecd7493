using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

internal static class CpuController
{
    private const string PeriodV1 = "cpu.cfs_period_us", QuotaV1 = "cpu.cfs_quota_us";

    public static void ApplyV1(string? directory, OciCpu? cpu)
    {
        if (cpu is null || IsEmpty(cpu)) return;
        if (directory is null) throw new KernelException("set cpu limit", Errno.ENODEV, hint: "no cpu hierarchy is mounted");
        CgroupFile.Write(directory, "cpu.rt_period_us", cpu.RealtimePeriod);
        WriteRealtimeRuntime(directory, cpu.RealtimeRuntime);
        CgroupFile.Write(directory, "cpu.shares", cpu.Shares);
        // A quota is judged against the period in force, and the reverse: where one order is refused, the other is not.
        bool both = cpu is { Period: > 0, Quota: not (null or 0) };
        bool quotaFirst = both && !TryWrite(directory, PeriodV1, cpu.Period!.Value.ToString());
        if (!both) CgroupFile.Write(directory, PeriodV1, cpu.Period);
        CgroupFile.Write(directory, QuotaV1, cpu.Quota is 0 ? null : cpu.Quota);
        if (quotaFirst) CgroupFile.Write(directory, PeriodV1, cpu.Period);
        CgroupFile.Write(directory, "cpu.cfs_burst_us", cpu.Burst);
        if (cpu.Idle is { } idle) CgroupFile.Write(directory, "cpu.idle", idle.ToString());
    }

    /// <summary>The kernel gives no more than the groups above have, and a new one has nothing.</summary>
    private static void WriteRealtimeRuntime(string directory, long? runtime)
    {
        try
        {
            CgroupFile.Write(directory, "cpu.rt_runtime_us", runtime is 0 ? null : runtime);
        }
        catch (KernelException e) when (e.Errno == Errno.EINVAL)
        {
            throw new KernelException("set real-time processor time", e.Errno, Path.Combine(directory, "cpu.rt_runtime_us"),
                runtime.ToString(), "the group above has less to give: write its cpu.rt_runtime_us first");
        }
    }

    public static void ApplyV2(string directory, OciCpu? cpu)
    {
        if (cpu is null || IsEmpty(cpu)) return;
        if (cpu is { RealtimePeriod: > 0 } or { RealtimeRuntime: > 0 })
            throw GantryException.Unsupported("linux.resources.cpu.realtimeRuntime and realtimePeriod: cgroup v2 has no such limits");
        if (cpu.Shares is > 0 and { } shares) CgroupFile.Write(directory, "cpu.weight", Weight(shares).ToString());
        if (cpu.Quota is not (null or 0) || cpu.Period is > 0)
            CgroupFile.Write(directory, "cpu.max", Max(directory, cpu));
        CgroupFile.Write(directory, "cpu.max.burst", cpu.Burst);
        if (cpu.Idle is { } idle) CgroupFile.Write(directory, "cpu.idle", idle.ToString());
    }

    // "quota period" in one file: an update of one of them must not change the other.
    private static string Max(string directory, OciCpu cpu)
    {
        string? quota = cpu.Quota switch { null or 0 => null, < 0 => "max", { } limit => limit.ToString(CultureInfo.InvariantCulture) };
        string? period = cpu.Period is > 0 and { } length ? length.ToString(CultureInfo.InvariantCulture) : null;
        if (quota is not null && period is not null) return $"{quota} {period}";
        string[] now = CgroupFile.Read(directory, "cpu.max").Split(' ');
        return $"{quota ?? now[0]} {period ?? now[1]}";
    }

    public static OciCpu? WithBoundInForceV2(string directory, OciCpu? cpu) =>
        GivesOneBound(cpu) && CgroupFile.Read(directory, "cpu.max").Split(' ') is [var quota, var period]
            ? Bounded(cpu, quota == "max" ? "-1" : quota, period) : cpu;

    public static OciCpu? WithBoundInForceV1(string directory, OciCpu? cpu) =>
        GivesOneBound(cpu) ? Bounded(cpu, CgroupFile.Read(directory, QuotaV1), CgroupFile.Read(directory, PeriodV1)) : cpu;

    private static bool GivesOneBound([NotNullWhen(true)] OciCpu? cpu) =>
        cpu is { Quota: null or 0, Period: > 0 } or { Quota: not (null or 0), Period: null or 0 };

    private static OciCpu Bounded(OciCpu cpu, string quota, string period) => cpu with
    {
        Quota = cpu.Quota is null or 0 && long.TryParse(quota, out long quotaNow) ? quotaNow : cpu.Quota,
        Period = cpu.Period is null or 0 && ulong.TryParse(period, out ulong periodNow) ? periodNow : cpu.Period,
    };

    /// <summary>v1 shares, 2–262144, onto v2's weight, 1–10000, in a straight line as runc does,
    /// so that ratios stay comparable between the two.</summary>
    public static ulong Weight(ulong shares) => 1 + (Math.Clamp(shares, 2, 262144) - 2) * 9999 / 262142;

    private static bool TryWrite(string directory, string file, string value)
    {
        try
        {
            CgroupFile.Write(directory, file, value);
            return true;
        }
        catch (KernelException e) when (e.Errno == Errno.EINVAL)
        {
            return false;
        }
    }

    private static bool IsEmpty(OciCpu cpu) =>
        cpu is { Shares: null or 0, Quota: null or 0, Period: null or 0, Burst: null, RealtimePeriod: null or 0,
            RealtimeRuntime: null or 0, Idle: null };
}
