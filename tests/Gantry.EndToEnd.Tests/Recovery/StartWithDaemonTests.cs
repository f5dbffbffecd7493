using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;

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
}
