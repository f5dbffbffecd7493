using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>Debian's dockerd and containerd with gantry-runtime below: <c>docs/other-hosts.md</c>.</summary>
public sealed class DockerdTests : IAsyncLifetime
{
    private TestDaemon _daemon = null!;
    private Engine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        Engine.SkipUnlessInstalled("dockerd");
        _daemon = await TestDaemon.Start(DaemonKind.Docker, "--add-runtime", $"gantry={Programs.Runtime}", "--default-runtime", "gantry");
        await BaseImage.Import(_daemon);
        _engine = new Engine("dockerd", _daemon);
    }

    [Fact]
    public async Task ALifeWithExecLimitsAndSignals()
    {
        Assert.Equal("hi", await _engine.Ok("run", "--rm", "busybox", "echo", "hi"));
        string container =
            await _engine.RunIdle("-m", "64m", "--cpus", "0.5", "--pids-limit", "50", "--health-cmd", "true", "--health-interval", "1s");
        Assert.Equal("gantry", await _engine.Inspect(container, "{{.HostConfig.Runtime}}"));
        Assert.Equal("inside", await _engine.Ok("exec", container, "echo", "inside"));
        Assert.Equal(3, (await _engine.Run("exec", container, "sh", "-c", "exit 3")).Code);
        await using (Terminals.Terminal terminal = _engine.StartInTerminal("exec", "-it", container, "sh"))
        {
            await terminal.Shows("# ");
            await terminal.TypeLine("echo answer $((6 * 7))", "answer 42");
            terminal.Type("exit 2\n");
            Assert.Equal(2, await terminal.Ends());
        }
        await _engine.Ok("pause", container);
        await _engine.Ok("unpause", container);
        await _engine.Ok("update", "-m", "48m", "--memory-swap", "48m", container);
        Assert.Equal($"{48 << 20}",
            await _engine.Ok("exec", container, "cat",
                ControlGroups.Unified ? "/sys/fs/cgroup/memory.max" : "/sys/fs/cgroup/memory/memory.limit_in_bytes"));
        Assert.Contains(container, await _engine.Ok("stats", "--no-stream", "--format", "{{.Name}}", container));
        Assert.Contains("sleep 1000", await _engine.Ok("top", container));
        await Eventually.True(async () => await _engine.Inspect(container, "{{.State.Health.Status}}") == "healthy",
            "the health check runs");
        await _engine.Ok("restart", "-t", "5", container);
        await _engine.Ok("stop", container);
        Assert.Equal("0", await _engine.Inspect(container, "{{.State.ExitCode}}"));
        await _engine.Ok("start", container);
        await _engine.Ok("kill", container);
        Assert.Equal("137", await _engine.Inspect(container, "{{.State.ExitCode}}"));
    }

    [Fact]
    public async Task FailuresHaveTheirCodes()
    {
        Assert.Equal(127, (await _engine.Run("run", "--rm", "busybox", "no-such-command")).Code);
        Assert.Equal(126, (await _engine.Run("run", "--rm", "busybox", "/etc")).Code);
        string eater = _engine.NewName();
        Assert.Equal(137,
            (await _engine.Run("run", "--name", eater, "-m", "20m", "--memory-swap", "20m", "busybox", "dd", "if=/dev/zero",
                "of=/dev/null", "bs=100M", "count=1")).Code);
        Assert.Equal("1000", await _engine.Ok("run", "--rm", "-u", "1000", "--cap-drop", "ALL", "busybox", "id", "-u"));
    }

    // Whether dockerd of this version finds anything to tell depends on how the host's cgroups are mounted.
    [Fact]
    public Task WhatItTellsOfMemoryIsWhatItTellsWithRunc() =>
        // With either runtime it may hear of the end before it hears of the memory, and then tells nothing of it.
        Eventually.True(async () => await ToldOfMemory("runc") == await ToldOfMemory("gantry"), "it tells the same with both");

    private async Task<(string Killed, bool HasStatistics)> ToldOfMemory(string runtime)
    {
        string eater = _engine.NewName();
        await _engine.Run("run", "--name", eater, "--runtime", runtime, "-m", "20m", "--memory-swap", "20m", "busybox", "dd",
            "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1");
        string container = await _engine.RunIdle("--runtime", runtime, "-m", "64m");
        string usage = await _engine.Ok("stats", "--no-stream", "--format", "{{.MemUsage}}", container);
        await _engine.Ok("rm", "-f", container);
        return (await _engine.Inspect(eater, "{{.State.OOMKilled}}"), !usage.StartsWith("0B", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ManyAtOnceAndNothingIsLeft()
    {
        int before = ControlGroups.Below(_daemon.CgroupParent).Count;
        string[] names = [.. Enumerable.Range(0, Many.Containers ?? 16).Select(_ => _engine.NewName("many"))];
        Command.Result[] results = await Task.WhenAll(
            names.Select(name => _engine.Run("run", "-d", "--network", "none", "--name", name, "busybox", "sleep", "1000")));
        Assert.All(results, static result => result.Succeeded());
        await _engine.Ok(["rm", "-f", .. names]);
        Assert.Equal(before, ControlGroups.Below(_daemon.CgroupParent).Count);
        await Eventually.True(() => !_daemon.Machine.Processes().Select(CommandLine)
            .Any(static line => line.Contains("containerd-shim") || line.Contains("sleep")), "every process has gone");
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
        if (_engine is not null) await _engine.DisposeAsync();
        if (_daemon is not null) await _daemon.DisposeAsync();
    }
}
