using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Runtimes;

namespace Gantry.EndToEnd.Registries;

/// <summary>Images both ways between us and others.</summary>
public sealed class StrangersTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Fact]
    public async Task PodmanRunsWhatWePushAndWeRunWhatItPushes()
    {
        await using Engine ours = await Use("gantry");
        await using Podman podman = await Podman.Make();
        await using TestRegistry registry = await TestRegistry.Start(ours.Machine);
        await using TestRegistry same = await TestRegistry.Start(podman.Machine, storage: registry.Storage);
        await ours.Ok("tag", "busybox", $"{registry.Name}/tests/ours:1");
        await ours.Ok("push", $"{registry.Name}/tests/ours:1");
        await podman.Ok("pull", "--tls-verify=false", $"{same.Name}/tests/ours:1");
        Assert.Equal("there\n", (await podman.Container($"{same.Name}/tests/ours:1", "echo", "there")).Output);
        await podman.Ok("push", "--tls-verify=false", "--compression-format", "zstd", "busybox", $"{same.Name}/tests/podmans:1");
        Assert.Equal("here", await ours.Ok("run", "--rm", $"{registry.Name}/tests/podmans:1", "echo", "here"));
        await ours.Ok("rmi", $"{registry.Name}/tests/ours:1", $"{registry.Name}/tests/podmans:1");
    }

    /// <summary>skopeo speaks to a daemon's socket as to any store of images.</summary>
    [Theory, EngineDaemon]
    public async Task SkopeoCopiesFromAndIntoADaemon(string name)
    {
        Assert.SkipUnless(Programs.Find("skopeo") is not null, "skopeo is not installed");
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string skopeo = Programs.Find("skopeo")!, there = $"docker://{registry.Name}/tests/skopeo:1";
        (await engine.Machine.Run(skopeo, "copy", "--src-daemon-host", engine.Daemon.Host, "--dest-tls-verify=false",
            "docker-daemon:busybox:latest", there)).Succeeded();
        Assert.Equal("here", await engine.Ok("run", "--rm", $"{registry.Name}/tests/skopeo:1", "echo", "here"));
        (await engine.Machine.Run(skopeo, "copy", "--dest-daemon-host", engine.Daemon.Host, "--src-tls-verify=false", there,
            "docker-daemon:copied/by-skopeo:2")).Succeeded();
        Assert.Equal("there", await engine.Ok("run", "--rm", "copied/by-skopeo:2", "echo", "there"));
        await engine.Ok("rmi", $"{registry.Name}/tests/skopeo:1", "copied/by-skopeo:2");
    }
}
