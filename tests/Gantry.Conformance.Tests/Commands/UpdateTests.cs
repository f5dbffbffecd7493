using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Commands;

public sealed class UpdateTests
{
    private static async Task<Bundle> Running(string runtime)
    {
        Bundle bundle = new Bundle(runtime).Set("linux.resources.memory", """{"limit":67108864}""")
            .Set("linux.resources.pids", """{"limit":50}""");
        await bundle.Start();
        return bundle;
    }

    [Theory, EveryRuntime]
    public async Task OptionsChangeWhatTheyName(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        (await bundle.Runtime("update", "--memory", "50331648", "--pids-limit", "60", "--cpu-share", "512", bundle.Id)).Succeeded();
        Assert.Equal("50331648", bundle.Limit("memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal("60", bundle.Limit("pids", "pids.max", "pids.max"));
        if (!ControlGroups.Unified) Assert.Equal("512", bundle.Limit("cpu", "cpu.shares", ""));
    }

    [Theory, EveryRuntime]
    public async Task WhatIsNotNamedStays(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        (await bundle.Runtime("update", "--pids-limit", "60", bundle.Id)).Succeeded();
        Assert.Equal("67108864", bundle.Limit("memory", "memory.limit_in_bytes", "memory.max"));
    }

    [Theory, EveryRuntime]
    public async Task ResourcesMayComeFromInput(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        (await bundle.RuntimeWithInput("""{"pids":{"limit":77},"cpu":{"quota":30000,"period":60000}}""", "update", "--resources", "-",
            bundle.Id)).Succeeded();
        Assert.Equal("77", bundle.Limit("pids", "pids.max", "pids.max"));
        if (ControlGroups.Unified) Assert.Equal("30000 60000", bundle.Limit("cpu", "", "cpu.max"));
        else Assert.Equal("30000", bundle.Limit("cpu", "cpu.cfs_quota_us", ""));
    }

    [Theory, EveryRuntime]
    public async Task ResourcesMayComeFromAFile(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        File.WriteAllText($"{bundle.Path}/resources.json", """{"memory":{"limit":50331648}}""");
        (await bundle.Runtime("update", "--resources", $"{bundle.Path}/resources.json", bundle.Id)).Succeeded();
        Assert.Equal("50331648", bundle.Limit("memory", "memory.limit_in_bytes", "memory.max"));
    }

    [Theory, EveryRuntime]
    public async Task LimitsGrowAndShrinkWithSwap(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.SkipWhen(!ControlGroups.Unified && !File.Exists($"{ControlGroups.Directory("memory", "")}/memory.memsw.limit_in_bytes"),
            "this kernel does not count swap");
        foreach (string limit in (string[])["134217728", "33554432", "268435456"])
        {
            (await bundle.Runtime("update", "--memory", limit, "--memory-swap", limit, bundle.Id)).Succeeded();
            Assert.Equal(limit, bundle.Limit("memory", "memory.limit_in_bytes", "memory.max"));
        }
    }

    [Theory, EveryRuntime]
    public async Task ANumberMustBeOne(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        (await bundle.Runtime("update", "--memory", "much", bundle.Id)).Failed();
    }

    [Theory, EveryRuntime]
    public async Task DevicesStayAsTheyAre(string runtime)
    {
        await using Bundle bundle =
            new Bundle(runtime).Add("linux.devices", """{"path":"/dev/odd","type":"c","major":42,"minor":7,"fileMode":438}""");
        await bundle.Start();
        (await bundle.Runtime("update", "--pids-limit", "60", bundle.Id)).Succeeded();
        Assert.Contains("not permitted", (await bundle.Exec("cat", "/dev/odd")).Failed());
    }

    [Theory, EveryRuntime]
    public async Task OptionsMayFollowTheName(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        (await bundle.Runtime("update", bundle.Id, "--pids-limit", "20")).Succeeded();
        Assert.Equal("20", bundle.Limit("pids", "pids.max", "pids.max"));
        (await bundle.Runtime("delete", bundle.Id, "--force")).Succeeded();
        (await bundle.Runtime("run", bundle.Id, "--detach", "--bundle", bundle.Path)).Succeeded();
        (await bundle.Runtime("kill", bundle.Id, "KILL", "--all")).Succeeded();
    }
}
