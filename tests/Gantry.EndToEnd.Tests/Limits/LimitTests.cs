using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Limits;

public sealed class LimitTests(SharedDaemons daemons) : EngineTests(daemons)
{
    /// <summary>A file of the container's cgroup, as its own mount shows it.</summary>
    private static string File(string v1, string v2) => ControlGroups.Unified ? $"/sys/fs/cgroup/{v2}" : $"/sys/fs/cgroup/{v1}";

    [Theory, EveryEngine]
    public async Task MemoryLimitIsSeenInside(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("104857600",
            await engine.Ok("run", "--rm", "-m", "100m", "busybox", "cat", File("memory/memory.limit_in_bytes", "memory.max")));
    }

    [Theory, EveryEngine]
    public async Task PastTheMemoryLimitIsKilledAndSaidSo(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        // dd's one buffer is the 200 MB.
        Command.Result result = await engine.Run("run", "--name", container, "-m", "100m", "--memory-swap", "100m", "busybox", "dd",
            "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1");
        Assert.Equal(137, result.Code);
        // dockerd 20.10 now and then hears of the exit before it hears of its cause; docs/differences.md.
        if (!engine.IsPeer) Assert.Equal("true 137", await engine.Inspect(container, "{{.State.OOMKilled}} {{.State.ExitCode}}"));
    }

    [Theory, EveryEngine]
    public async Task AChildKilledForMemoryDoesNotEndTheContainer(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        Command.Result result = await engine.Run("run", "--name", container, "-m", "50m", "--memory-swap", "50m", "busybox",
            "sh", "-c", "dd if=/dev/zero of=/dev/null bs=100M count=1; echo child $?; exit 2");
        Assert.Equal(2, result.Code);
        Assert.Contains("child 137", result.Output);
    }

    [Theory, EveryEngine]
    public async Task ProcessLimitIsSeenAndHolds(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        Assert.Equal("50", await engine.Ok("run", "--rm", "--pids-limit", "50", "busybox", "cat", File("pids/pids.max", "pids.max")));
        // A fork bomb with an end of its own: each process tries to become two for a while. In a child, for a shell that cannot fork ends.
        await engine.Run("run", "--name", container, "--pids-limit", "50", "busybox", "sh", "-c",
            "bomb() { [ $1 -gt 0 ] || return; bomb $(($1 - 1)) & bomb $(($1 - 1)) & wait; }; (bomb 7) 2>/dev/null; while read line; do "
                + "echo $line; done < " + File("pids/pids.events", "pids.events"));
        string events = await engine.Ok("logs", container);
        Assert.Matches(@"max [1-9]\d*", events);
        // And the daemon has all it needs.
        Assert.Equal("fine", await engine.Ok("run", "--rm", "busybox", "echo", "fine"));
    }

    [Theory, EveryEngine]
    public async Task CpuSharesAndQuotaAreSeen(string name)
    {
        await using Engine engine = await Use(name);
        if (ControlGroups.Unified)
        {
            Assert.Equal("50000 100000", await engine.Ok("run", "--rm", "--cpus", "0.5", "busybox", "cat", "/sys/fs/cgroup/cpu.max"));
            Assert.Equal("10", await engine.Ok("run", "--rm", "--cpu-shares", "256", "busybox", "cat", "/sys/fs/cgroup/cpu.weight"));
            return;
        }
        Assert.Equal("50000\n100000",
            await engine.Ok("run", "--rm", "--cpus", "0.5", "busybox", "cat", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
                "/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
        Assert.Equal("256", await engine.Ok("run", "--rm", "--cpu-shares=256", "busybox", "cat", "/sys/fs/cgroup/cpu/cpu.shares"));
    }

    [Theory, EveryEngine]
    public async Task CpusetIsSeen(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("0",
            await engine.Ok("run", "--rm", "--cpuset-cpus", "0", "busybox", "sh", "-c",
                "grep Cpus_allowed_list /proc/self/status | cut -f2"));
    }

    [Theory, EveryEngine]
    public async Task InspectRepeatsTheLimits(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "--name", container, "-m", "64m", "--cpus", "1.5", "--cpu-shares", "512", "--pids-limit", "77",
            "busybox");
        Assert.Equal("67108864 1500000000 512 77",
            await engine.Inspect(container,
                "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.CpuShares}} {{.HostConfig.PidsLimit}}"));
    }

    [Theory, EveryEngine]
    public async Task OpenFilesAreManyAndCanBeSet(string name)
    {
        await using Engine engine = await Use(name);
        Assert.True(int.Parse(await engine.Ok("run", "--rm", "busybox", "sh", "-c", "ulimit -n")) >= 20000);
        Assert.Equal("512 1024",
            await engine.Ok("run", "--rm", "--ulimit", "nofile=512:1024", "busybox", "sh", "-c", "echo $(ulimit -S -n) $(ulimit -H -n)"));
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task AnUlimitThatNoMachineAllowsIsTheBestThatItDoesAndSaidInTheLog(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        string id = await engine.Ok("run", "-d", "--name", container, "--ulimit", "nofile=2000000000", "busybox", "sleep", "100");
        Assert.InRange(long.Parse(await engine.Ok("exec", container, "sh", "-c", "ulimit -n")), 1000, 1_999_999_999);
        string said = $"warn  ContainerEngine: container {id}: RLIMIT_NOFILE 2000000000:2000000000 is not allowed here";
        int Times() => engine.Daemon.Log.Split(said).Length - 1;
        await Eventually.True(() => Times() == 1, () => $"it is in the log: {engine.Daemon.Log}");
        await engine.Ok("restart", "-t", "0", container);
        await Eventually.True(() => Times() == 2, () => $"it is in the log twice: {engine.Daemon.Log}");
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task RealTimeThatNobodyHasGivenTheGroupAboveIsRefusedWithTheRemedy(string name)
    {
        Assert.SkipUnless(System.IO.File.Exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us"), "no cgroup here has real-time processor time");
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "--name", engine.NewName(), "--cpu-rt-runtime", "1000", "busybox", "true");
        Assert.Equal(125, result.Code);
        Assert.Contains("the group above has less to give: write its cpu.rt_runtime_us first", result.Error);
    }

    [Theory, EveryEngine]
    public async Task TooSmallAMemoryLimitIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "--name", engine.NewName(), "-m", "1m", "busybox", "true");
        Assert.Equal(125, result.Code);
        Assert.Contains("Minimum memory limit allowed is", result.Error);
    }
}
