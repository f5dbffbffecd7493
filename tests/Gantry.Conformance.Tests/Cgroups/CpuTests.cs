using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class CpuTests
{
    private static Bundle With(string runtime, string cpu)
    {
        Needs.Controller("cpu");
        return new Bundle(runtime).Set("linux.resources.cpu", cpu);
    }

    [Theory, EveryRuntime]
    public async Task SharesAreSet(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"shares":2048}""");
        await bundle.Start();
        if (ControlGroups.Unified) Assert.NotEqual("100", bundle.Limit("cpu", "", "cpu.weight"));
        else Assert.Equal("2048", bundle.Limit("cpu", "cpu.shares", ""));
    }

    [Theory, EveryRuntime]
    public async Task QuotaAndPeriodAreSet(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"quota":25000,"period":50000}""");
        await bundle.Start();
        if (ControlGroups.Unified) Assert.Equal("25000 50000", bundle.Limit("cpu", "", "cpu.max"));
        else Assert.Equal(("25000", "50000"), (bundle.Limit("cpu", "cpu.cfs_quota_us", ""), bundle.Limit("cpu", "cpu.cfs_period_us", "")));
    }

    [Theory, EveryRuntime]
    public async Task AQuotaAloneIsOfTheUsualPeriod(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"quota":25000}""");
        await bundle.Start();
        if (ControlGroups.Unified) Assert.Equal("25000 100000", bundle.Limit("cpu", "", "cpu.max"));
        else Assert.Equal(("25000", "100000"), (bundle.Limit("cpu", "cpu.cfs_quota_us", ""), bundle.Limit("cpu", "cpu.cfs_period_us", "")));
    }

    [Theory, EveryRuntime]
    public async Task BurstIsSet(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"quota":25000,"period":50000,"burst":10000}""");
        await bundle.Start();
        Assert.Equal("10000", bundle.Limit("cpu", "cpu.cfs_burst_us", "cpu.max.burst"));
    }

    [Theory, EveryRuntime]
    public async Task IdleIsSet(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"idle":1}""");
        await bundle.Start();
        Assert.Equal("1", bundle.Limit("cpu", "cpu.idle", "cpu.idle"));
    }

    [Theory, EveryRuntime]
    public async Task APeriodOutOfRangeIsRefused(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"quota":25000,"period":2}""");
        Assert.Contains("cpu", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task ProcessorsAndNodesAreSet(string runtime)
    {
        Needs.Controller("cpuset");
        await using Bundle bundle = With(runtime, """{"cpus":"0","mems":"0"}""");
        await bundle.Start();
        Assert.Equal(("0", "0"),
            (bundle.Limit("cpuset", "cpuset.cpus", "cpuset.cpus"), bundle.Limit("cpuset", "cpuset.mems", "cpuset.mems")));
        Assert.Equal("0", (await bundle.Exec("sh", "-c", "grep Cpus_allowed_list /proc/self/status | cut -f2")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task AProcessorThatIsNotThereIsRefused(string runtime)
    {
        Needs.Controller("cpuset");
        await using Bundle bundle = With(runtime, """{"cpus":"4000"}""");
        await bundle.Refused();
    }

    [Theory, EveryRuntime]
    public async Task SoIsAPeriodAlone(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"period":100}""");
        Assert.Contains("cpu", await bundle.Refused());
    }
}
