using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Recovery;

/// <summary>Containers whose policy brings them back with the daemon.</summary>
public sealed class StartWithDaemonTests
{
    /// <summary>Whoever waits for the daemon has them: a script that asks right after it finds its database.</summary>
    [Theory]
    [InlineData(DaemonKind.Gantry)]
    [InlineData(DaemonKind.Docker)]
    public async Task TheyRunWhenTheDaemonFirstAnswers(DaemonKind kind)
    {
        await using TestDaemon daemon = await TestDaemon.Start(kind);
        await BaseImage.Import(daemon);
        await using Engine engine = new(kind == DaemonKind.Gantry ? "gantry" : "dockerd", daemon);
        // One that joins another's namespace is made after it, and must be started after it again, whatever its name.
        await engine.Ok("run", "-d", "--name", "zz", "--restart", "always", "busybox", "sleep", "1000");
        await engine.Ok("run", "-d", "--name", "unless", "--restart", "unless-stopped", "busybox", "sleep", "1000");
        if (kind == DaemonKind.Gantry)
            await engine.Ok("run", "-d", "--name", "aa", "--restart", "always", "--network", "container:zz", "busybox", "sleep", "1000");
        await engine.Ok("stop", "-t", "0", "zz", "unless");
        if (kind == DaemonKind.Gantry) await engine.Ok("stop", "-t", "0", "aa");
        if (kind == DaemonKind.Gantry) await daemon.Kill();
        else await daemon.Stop();
        await daemon.Start();
        string[] states = (await engine.Ok("ps", "-a", "--format", "{{.Names}} {{.State}}")).Split('\n');
        string[] expected = kind == DaemonKind.Gantry ? ["aa running", "unless exited", "zz running"] : ["unless exited", "zz running"];
        Assert.Equal(expected, states.Order());
    }

    /// <summary>As after a power loss: nothing of them is left, and nobody has said how they ended.</summary>
    [Fact]
    public async Task WhatRanWhenTheMachineWentDownRunsToo()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        TestDaemon daemon = engine.Daemon;
        await engine.Ok("run", "-d", "--name", "zz", "--restart", "always", "busybox", "sleep", "1000");
        await engine.Ok("run", "-d", "--name", "aa", "--restart", "always", "--network", "container:zz", "busybox", "sleep", "1000");
        await engine.Ok("run", "-d", "--name", "cc", "--restart", "unless-stopped", "--ipc", "shareable", "busybox", "sleep", "1000");
        await engine.Ok("run", "-d", "--name", "bb", "--restart", "on-failure:3", "--ipc", "container:cc", "busybox", "sleep", "1000");
        await engine.Ok("run", "-d", "--name", "none", "busybox", "sleep", "1000");
        await daemon.Kill();
        foreach (int process in daemon.Machine.Processes().Where(IsContainers)) Signals.Kill(process);
        await Eventually.True(() => !daemon.Machine.Processes().Any(IsContainers), "nothing of them is left");
        Directory.Delete(daemon.ExecRoot, recursive: true);
        await daemon.Start();
        string[] states = (await engine.Ok("ps", "-a", "--format", "{{.Names}} {{.State}}")).Split('\n');
        Assert.Equal(["aa running", "bb running", "cc running", "none exited", "zz running"], states.Order());
        Assert.Equal("1", await engine.Inspect("bb", "{{.RestartCount}}"));
    }

    [Fact]
    public async Task OneThatJoinsAnotherComesBackWithItWhenBothEnd()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await engine.Ok("run", "-d", "--name", "zz", "--restart", "always", "busybox", "sleep", "1000");
        await engine.Ok("run", "-d", "--name", "aa", "--restart", "always", "--network", "container:zz", "busybox", "sleep", "1000");
        for (int round = 1; round <= 4; round++)
        {
            foreach (string one in (string[])["zz", "aa"]) Signals.Kill(int.Parse(await engine.Inspect(one, "{{.State.Pid}}")));
            await Eventually.True(async () => await Counts() == $"running {round} running {round}", "both run again");
        }

        async Task<string> Counts() =>
            (await engine.Ok("inspect", "-f", "{{.State.Status}} {{.RestartCount}}", "zz", "aa")).Replace('\n', ' ');
    }

    private static bool IsContainers(int process)
    {
        string line;
        try
        {
            line = File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return false;
        }
        return line.Contains("\0shim\0") || line == "sleep\01000\0";
    }
}
