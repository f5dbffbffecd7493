using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Isolation;

/// <summary>CVE-2021-41091: a container's program that makes whoever executes it root, in the hands of a user of the host.</summary>
public sealed class DataRootTests
{
    [Fact]
    public async Task NobodyElsePassesToLayersAndVolumes()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        TestDaemon daemon = engine.Daemon;
        string container = await engine.RunIdle("-v", "kept:/kept");
        await engine.Ok("exec", container, "sh", "-c", "cp /bin/busybox /suid; cp /bin/busybox /kept/suid; chmod 4755 /suid /kept/suid");
        await NoneIsExecuted(daemon, 2);

        // As earlier versions made them.
        await daemon.Kill();
        await Command.Run("sh", "-c",
            $"chmod 711 {daemon.DataRoot} {daemon.DataRoot}/* {daemon.DataRoot}/*/*/ {daemon.ExecRoot} {daemon.ExecRoot}/*");
        await daemon.Start();
        await NoneIsExecuted(daemon, 2);
        Assert.Equal("710", (await Command.Run("stat", "-c", "%a", daemon.DataRoot)).Succeeded());
        await engine.Ok("exec", container, "test", "-u", "/suid");
    }

    /// <summary>The kernel's mount table has no links.</summary>
    [Fact]
    public async Task BehindALinkVolumesAreUnmountedToo()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await daemon.Kill();
        await Command.Run("sh", "-c", $"mv {daemon.DataRoot} {daemon.Root}/elsewhere && ln -s elsewhere {daemon.DataRoot}");
        await daemon.Start();
        await BaseImage.Import(daemon);
        await using Engine engine = new("gantry", daemon);
        Assert.Equal($"{daemon.Root}/elsewhere", await engine.Ok("info", "-f", "{{.DockerRootDir}}"));
        await engine.Ok("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "mounted");
        for (int run = 0; run < 2; run++)
        {
            await engine.Ok("run", "--rm", "-v", "mounted:/v", "busybox", "touch", "/v/file");
            Assert.DoesNotContain("/volumes/mounted/", (await daemon.Machine.RunInside("cat", "/proc/self/mountinfo")).Output);
        }
        await engine.Ok("volume", "rm", "mounted");
    }

    private static async Task NoneIsExecuted(TestDaemon daemon, int expected)
    {
        string[] found = (await Command.Run("find", daemon.DataRoot, "-name", "suid", "-perm", "4755")).Succeeded().Split('\n');
        Assert.Equal(expected, found.Length);
        foreach (string program in found)
        {
            // Through a shell: setpriv has root's capabilities until it executes something.
            string[] nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "sh", "-c", "exec \"$0\" true", program];
            Command.Result result = await Command.Run("setpriv", nobody);
            Assert.True(result.Code == 126 && result.All.Contains("Permission denied"), $"{program}: {result.Code}: {result.All}");
        }
    }
}
