using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>Debian's dockerd and containerd with gantry-runtime below: <c>docs/other-hosts.md</c>.</summary>
public sealed class DockerdTests : IAsyncLifetime
{
    private TestDaemon daemon = null!;
    private Engine engine = null!;

    public async ValueTask InitializeAsync()
    {
        Engine.SkipUnlessInstalled("dockerd");
        daemon = await TestDaemon.Start(DaemonKind.Docker, "--add-runtime", $"gantry={Programs.Runtime}", "--default-runtime", "gantry");
        await BaseImage.Import(daemon);
        engine = new Engine("dockerd", daemon);
    }

    [Fact]
    public async Task ALifeWithExecLimitsAndSignals()
    {
        Assert.Equal("hi", await engine.Ok("run", "--rm", "busybox", "echo", "hi"));
        string container = await engine.RunIdle("-m", "64m", "--cpus", "0.5", "--pids-limit", "50", "--health-cmd", "true", "--health-interval", "1s");
        Assert.Equal("gantry", await engine.Inspect(container, "{{.HostConfig.Runtime}}"));
        Assert.Equal("inside", await engine.Ok("exec", container, "echo", "inside"));
        Assert.Equal(3, (await engine.Run("exec", container, "sh", "-c", "exit 3")).Code);
        await using (Terminals.Terminal terminal = engine.StartInTerminal("exec", "-it", container, "sh"))
        {
            await terminal.Shows("# ");
            await terminal.TypeLine("echo answer $((6 * 7))", "answer 42");
            terminal.Type("exit 2\n");
            Assert.Equal(2, await terminal.Ends());
        }
        await engine.Ok("pause", container);
        await engine.Ok("unpause", container);
        await engine.Ok("update", "-m", "48m", "--memory-swap", "48m", container);
        Assert.Equal($"{48 << 20}", await engine.Ok("exec", container, "cat", ControlGroups.Unified ? "/sys/fs/cgroup/memory.max" : "/sys/fs/cgroup/memory/memory.limit_in_bytes"));
        Assert.Contains(container, await engine.Ok("stats", "--no-stream", "--format", "{{.Name}}", container));
        Assert.Contains("sleep 1000", await engine.Ok("top", container));
        await Eventually.True(async () => await engine.Inspect(container, "{{.State.Health.Status}}") == "healthy", "the health check runs");
        await engine.Ok("restart", "-t", "5", container);
        await engine.Ok("stop", container);
        Assert.Equal("0", await engine.Inspect(container, "{{.State.ExitCode}}"));
        await engine.Ok("start", container);
        await engine.Ok("kill", container);
        Assert.Equal("137", await engine.Inspect(container, "{{.State.ExitCode}}"));
    }

    [Fact]
    public async Task FailuresHaveTheirCodes()
    {
        Assert.Equal(127, (await engine.Run("run", "--rm", "busybox", "no-such-command")).Code);
        Assert.Equal(126, (await engine.Run("run", "--rm", "busybox", "/etc")).Code);
        string eater = engine.NewName();
        Assert.Equal(137, (await engine.Run("run", "--name", eater, "-m", "20m", "--memory-swap", "20m", "busybox", "dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1")).Code);
        Assert.Equal("1000", await engine.Ok("run", "--rm", "-u", "1000", "--cap-drop", "ALL", "busybox", "id", "-u"));
    }

    // Whether dockerd of this version finds anything to tell depends on how the host's cgroups are mounted.
    [Fact]
    public Task WhatItTellsOfMemoryIsWhatItTellsWithRunc() =>
        // With either runtime it may hear of the end before it hears of the memory, and then tells nothing of it.
        Eventually.True(async () => await ToldOfMemory("runc") == await ToldOfMemory("gantry"), "it tells the same with both", 40);

    private async Task<(string Killed, bool HasStatistics)> ToldOfMemory(string runtime)
    {
        string eater = engine.NewName();
        await engine.Run("run", "--name", eater, "--runtime", runtime, "-m", "20m", "--memory-swap", "20m", "busybox", "dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1");
        string container = await engine.RunIdle("--runtime", runtime, "-m", "64m");
        string usage = await engine.Ok("stats", "--no-stream", "--format", "{{.MemUsage}}", container);
        await engine.Ok("rm", "-f", container);
        return (await engine.Inspect(eater, "{{.State.OOMKilled}}"), !usage.StartsWith("0B", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ManyAtOnceAndNothingIsLeft()
    {
        int before = ControlGroups.Below(daemon.CgroupParent).Count;
        string[] names = [.. Enumerable.Range(0, Many.Containers ?? 16).Select(_ => engine.NewName("many"))];
        Command.Result[] results = await Task.WhenAll(names.Select(name => engine.Run("run", "-d", "--network", "none", "--name", name, "busybox", "sleep", "1000")));
        Assert.All(results, static result => result.Succeeded());
        await engine.Ok(["rm", "-f", .. names]);
        Assert.Equal(before, ControlGroups.Below(daemon.CgroupParent).Count);
        await Eventually.True(() => !daemon.Machine.Processes().Select(CommandLine).Any(static line => line.Contains("containerd-shim") || line.Contains("sleep")), "every process has gone");
    }

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (engine is not null) await engine.DisposeAsync();
        if (daemon is not null) await daemon.DisposeAsync();
    }
}
