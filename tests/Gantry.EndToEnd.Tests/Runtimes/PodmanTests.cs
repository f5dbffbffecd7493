using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>podman is slow, so each test does several things.</summary>
public sealed class PodmanTests
{
    [Fact]
    public async Task ALifeWithExecLimitsAndSignals()
    {
        await using Podman podman = await Podman.Make();
        await podman.Detached("--name", "a", "-m", "64m", "--memory-swap", "64m", "--pids-limit", "50", "busybox", "sh", "-c",
            "trap 'exit 3' TERM; echo started; while :; do sleep 0.1; done");
        string[] limits = ControlGroups.Unified ? ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids.max"]
            : ["/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max"];
        Assert.Equal("67108864\n50", await podman.Ok(["exec", "a", "cat", .. limits]));
        Assert.Equal("1000 /tmp b",
            await podman.Ok("exec", "-u", "1000:1000", "-w", "/tmp", "-e", "A=b", "a", "sh", "-c", "echo $(id -u) $PWD $A"));
        Assert.Equal(7, (await podman.Run("exec", "a", "sh", "-c", "exit 7")).Code);
        Assert.Equal(127, (await podman.Run("exec", "a", "no-such-command")).Code);
        Assert.Equal(126, (await podman.Run("exec", "a", "/etc")).Code);
        await using (Terminals.Terminal terminal = podman.InTerminal("exec", "-it", "a", "sh"))
        {
            await terminal.Shows("# ");
            await terminal.TypeLine("echo answer $((6 * 7)); stty size", "24 80");
            Assert.Contains("answer 42", terminal.Screen);
            terminal.Type("exit 2\n");
            Assert.Equal(2, await terminal.Ends());
        }
        await podman.Ok("pause", "a");
        Assert.Equal("paused", await podman.Ok("inspect", "-f", "{{.State.Status}}", "a"));
        await podman.Ok("unpause", "a");
        Assert.Contains("67.11MB", await podman.Ok("stats", "--no-stream", "--format", "{{.MemUsage}}", "a"));
        Assert.Contains("sleep", await podman.Ok("top", "a", "pid", "comm"));
        await podman.Ok("update", "--memory", "128m", "--memory-swap", "128m", "a");
        Assert.Equal($"{128 << 20}", await podman.Ok("exec", "a", "cat", limits[0]));
        await podman.Ok("restart", "-t", "5", "a");
        await podman.Ok("stop", "-t", "5", "a");
        Assert.Equal("exited 3", await podman.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "a"));
        Assert.Equal("started\nstarted", await podman.Ok("logs", "a"));
    }

    [Fact]
    public async Task WhatAContainerMayIsAsAsked()
    {
        await using Podman podman = await Podman.Make();
        string volume = $"{podman.Root}/volume";
        Directory.CreateDirectory(volume);
        await File.WriteAllTextAsync($"{volume}/file", "outside");
        Command.Result result = await podman.Container("--read-only", "-v", $"{volume}:/ro:ro", "-v", $"{volume}:/rw", "--tmpfs",
            "/t:size=1m", "--security-opt", "no-new-privileges",
            "--cap-drop", "ALL", "--cap-add", "SYS_CHROOT", "--ulimit", "nofile=100:200", "--hostname", "named", "busybox", "sh", "-c",
            "cat /ro/file; echo; touch /x /ro/x || touch /rw/y /t/z && echo written; grep -E '^(NoNewPrivs|Seccomp|CapEff):' "
                + "/proc/self/status; ulimit -n; hostname");
        Assert.Equal("outside\nwritten\nCapEff:\t0000000000040000\nNoNewPrivs:\t1\nSeccomp:\t2\n100\nnamed\n", result.Output);
        Assert.True(File.Exists($"{volume}/y") && !File.Exists($"{volume}/x"));
        result = await podman.Container("--uidmap", "0:100000:65536", "-u", "5", "--security-opt", "seccomp=unconfined", "busybox", "sh",
            "-c", "id -u; cat /proc/self/uid_map; grep ^Seccomp: /proc/self/status");
        Assert.Equal("5\n         0     100000      65536\nSeccomp:\t0\n", result.Succeeded() + "\n");
        Assert.Equal(0, (await podman.Container("--privileged", "busybox", "sh", "-c", "test -e /dev/kmsg && mount -t tmpfs t /mnt")).Code);
        Assert.Equal(137,
            (await podman.Container("-m", "20m", "--memory-swap", "20m", "busybox", "dd", "if=/dev/zero", "of=/dev/null", "bs=100M",
                "count=1")).Code);
        Assert.Equal(127, (await podman.Container("busybox", "no-such-command")).Code);
        Assert.Equal(126, (await podman.Container("busybox", "/etc")).Code);
    }

    [Fact]
    public async Task SeveralAtOnceAndNothingIsLeft()
    {
        await using Podman podman = await Podman.Make();
        int many = Many.Containers ?? 8;
        await Task.WhenAll(Enumerable.Range(0, many).Select(i => podman.Detached("--name", $"m{i}", "busybox", "sleep", "1000")));
        Assert.Equal(many, (await podman.Ok("ps", "-q")).Split('\n').Length);
        await podman.Ok("rm", "-fa", "-t", "0");
        await Eventually.True(() => !podman.Processes().Any(), "no process is left");
        Assert.DoesNotContain(ControlGroups.Below(podman.CgroupParent),
            static directory => Path.GetFileName(directory).StartsWith("libpod-", StringComparison.Ordinal));
    }
}
