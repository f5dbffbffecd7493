using Gantry.Api.Containers;
using Gantry.Engine.Containers.Checks;
using Xunit;

namespace Gantry.Engine.Tests.Containers.Checks;

public sealed class UpdateConflictTests
{
    private const long Megabyte = 1 << 20;

    public static TheoryData<HostConfig, ContainerUpdateRequest, string> Conflicts => new()
    {
        { new() { CpuQuota = 20000 }, new() { NanoCpus = 1_000_000_000 },
            "Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set" },
        { new() { CpuPeriod = 20000 }, new() { NanoCpus = 1_000_000_000 },
            "Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set" },
        { new() { NanoCpus = 1_000_000_000 }, new() { CpuQuota = 20000 },
            "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set" },
        { new() { NanoCpus = 1_000_000_000 }, new() { CpuPeriod = 20000 },
            "Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set" },
        { new() { Memory = 100 * Megabyte, MemorySwap = 200 * Megabyte }, new() { Memory = 300 * Megabyte },
            "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time" },
        { new() { AutoRemove = true }, new() { RestartPolicy = new RestartPolicy { Name = "always" } },
            "Restart policy cannot be updated because AutoRemove is enabled for the container" },
    };

    [Theory, MemberData(nameof(Conflicts))]
    public void Conflicting(HostConfig now, ContainerUpdateRequest wanted, string message)
    {
        GantryException refused = Assert.Throws<GantryException>(() => UpdateConflict.Run(now, wanted));
        Assert.Equal((ErrorKind.Conflict, message), (refused.Kind, refused.Message));
    }

    [Fact]
    public void SwapNeedsMemoryAsAtCreate()
    {
        Assert.Equal(ErrorKind.InvalidArgument,
            Assert.Throws<GantryException>(() => UpdateConflict.Run(new HostConfig(), new() { MemorySwap = 100 * Megabyte })).Kind);
        UpdateConflict.Run(new HostConfig { Memory = 50 * Megabyte, MemorySwap = 60 * Megabyte }, new() { MemorySwap = 100 * Megabyte });
    }

    [Fact]
    public void WithinWhatIsThereAllIsWell()
    {
        UpdateConflict.Run(new HostConfig { Memory = 100 * Megabyte, MemorySwap = 200 * Megabyte, NanoCpus = 1 },
            new() { Memory = 150 * Megabyte, NanoCpus = 2, PidsLimit = 0 });
        UpdateConflict.Run(new HostConfig { AutoRemove = true }, new() { RestartPolicy = new RestartPolicy { Name = "no" } });
    }

    [Fact]
    public void WhatCannotChangeIsSaidToBeLeftAlone()
    {
        List<string> warnings = [];
        UpdateLeftAlone.Warn(new() { Ulimits = [new Ulimit()], CgroupParent = "/x", Memory = 1 }, warnings);
        Assert.Equal(["CgroupParent is set when a container is created and was left as it is.",
            "Ulimits is set when a container is created and was left as it is."], warnings);
    }
}
