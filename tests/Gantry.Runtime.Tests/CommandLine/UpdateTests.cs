using Gantry.Linux.Cgroups;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Tests.CommandLine;

public sealed class UpdateTests : IDisposable
{
    private readonly RuntimeBundle _bundle = new RuntimeBundle().Write(["sleep", "60"], static s => s with
    {
        Linux = s.Linux! with { Resources = new OciResources { Memory = new OciMemory { Limit = 64 << 20, Swap = 64 << 20 } } },
    });

    [Fact]
    public void LimitsFollowTheOptionsAndTheOthersStay()
    {
        _bundle.Start();
        Assert.Equal("", _bundle.Runtime("update", "--memory", "32m", "--memory-swap", "32m", "--pids-limit", "77", _bundle.Id).Error);
        Assert.Equal(("77", $"{32 << 20}"),
            (Read("pids", "pids.max"), Read("memory", CgroupHost.IsUnified ? "memory.max" : "memory.limit_in_bytes")));
        string resources = Path.Combine(_bundle.Path, "resources.json");
        File.WriteAllText(resources, """{"pids":{"limit":55}}""");
        Assert.Equal("", _bundle.Runtime("update", "-r", resources, _bundle.Id).Error);
        Assert.Equal(("55", $"{32 << 20}"),
            (Read("pids", "pids.max"), Read("memory", CgroupHost.IsUnified ? "memory.max" : "memory.limit_in_bytes")));
    }

    [Theory]
    [InlineData("--memory", "12x")]
    [InlineData("--cpu-share", "-1")]
    [InlineData("--pids-limit", "many")]
    [InlineData("--blkio-weight", "5")]
    [InlineData("--l3-cache-schema", "L3:0=f")]
    public void WhatIsNoLimitIsRefused(string option, string value)
    {
        _bundle.Start();
        Assert.NotEqual("", _bundle.Runtime("update", option, value, _bundle.Id).Error);
    }

    private string Read(string controller, string file) =>
        File.ReadAllText(
            $"{(CgroupHost.IsUnified ? CgroupHost.UnifiedRoot : $"/sys/fs/cgroup/{controller}")}/gantry-tests-{_bundle.Id}/{file}").Trim();

    public void Dispose() => _bundle.Dispose();
}
