using System.Net;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Isolation;

public sealed class SharedMemoryTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task AShareableOneIsJoinedAlsoThroughAnother(string name)
    {
        await using Engine engine = await Use(name);
        string donor = await engine.RunIdle("--ipc", "shareable", "--shm-size", "5m");
        string joined = await engine.RunIdle("--ipc", $"container:{donor}");
        await engine.Ok("exec", donor, "sh", "-c", "echo hi > /dev/shm/x");
        const string show = "cat /dev/shm/x; grep -o ' /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=5120k' /proc/self/mounts";
        foreach (string container in new[] { donor, joined })
        {
            string seen = await engine.Ok("run", "--rm", "--ipc", $"container:{container}", "busybox", "sh", "-c", show);
            Assert.Equal("hi\n /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=5120k", seen);
        }

        // Who has joined keeps it; it is new at each start.
        await engine.Ok("restart", "-t", "1", donor);
        Assert.Equal("hi", await engine.Ok("exec", joined, "cat", "/dev/shm/x"));
        Assert.NotEqual(0, (await engine.Run("exec", donor, "cat", "/dev/shm/x")).Code);
        string mounts = $"/proc/{engine.Daemon.ProcessId}/mounts";
        string id = await engine.Inspect(donor, "{{.Id}}");
        await engine.Ok("rm", "-f", donor);
        await Eventually.True(() => !File.ReadAllText(mounts).Contains(id), "nothing of it is mounted on the host");
    }

    [Theory, EveryEngine]
    public async Task WhatCannotBeJoinedIsSaid(string name)
    {
        await using Engine engine = await Use(name);
        string closed = await engine.RunIdle(), ended = engine.NewName();
        await engine.Ok("run", "--name", ended, "--ipc", "shareable", "busybox", "true");
        Command.Result refused = await engine.Run("run", "--rm", "--ipc", $"container:{closed}", "busybox", "true");
        string id = await engine.Inspect(closed, "{{.Id}}");
        Assert.Contains($"can't join IPC of container {id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)",
            refused.All);
        refused = await engine.Run("run", "--rm", "--ipc", $"container:{ended}", "busybox", "true");
        id = await engine.Inspect(ended, "{{.Id}}");
        Assert.Contains($"can't join IPC of container {id}: container {id} is not running", refused.All);
    }

    [Theory, EveryEngine]
    public async Task TheHostsIsTheHosts(string name)
    {
        await using Engine engine = await Use(name);
        string[] seen = (await engine.Ok("run", "--rm", "--ipc", "host", "busybox", "sh", "-c",
            "readlink /proc/self/ns/ipc; grep -o '/dev/mqueue mqueue' /proc/self/mounts")).Split('\n');
        Assert.Equal([new FileInfo($"/proc/{engine.Daemon.ProcessId}/ns/ipc").LinkTarget!, "/dev/mqueue mqueue"], seen);
        Assert.Equal("none",
            await engine.Ok("run", "--rm", "--ipc", "none", "busybox", "sh", "-c", "grep /dev/shm /proc/self/mounts || echo none"));
    }

    [Theory, EveryEngine]
    public async Task ClientsOfOldShareByDefault(string name)
    {
        await using Engine engine = await Use(name);
        foreach ((string version, string ipc) in new[] { ("1.39", "shareable"), ("1.40", "private") })
        {
            string container = engine.NewName();
            const string body = """{"Image":"busybox","Cmd":["true"],"HostConfig":{}}""";
            Assert.Equal(HttpStatusCode.Created, (await engine.Api.Post($"/v{version}/containers/create?name={container}", body)).Status);
            Assert.Equal(ipc, await engine.Inspect(container, "{{.HostConfig.IpcMode}}"));
        }
    }
}
