using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Volumes;

public sealed class VolumeTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task BindMountsBothWaysAndReadOnly(string name)
    {
        await using Engine engine = await Use(name);
        string host = Directory.CreateTempSubdirectory("gantry-bind").FullName;
        try
        {
            await File.WriteAllTextAsync($"{host}/from-host", "host");
            Assert.Equal("host",
                await engine.Ok("run", "--rm", "-v", $"{host}:/data", "busybox", "sh", "-c",
                    "cat /data/from-host; echo container > /data/from-container"));
            Assert.Equal("container\n", await File.ReadAllTextAsync($"{host}/from-container"));
            Command.Result refused = await engine.Run("run", "--rm", "-v", $"{host}:/data:ro", "busybox", "touch", "/data/x");
            Assert.Equal(1, refused.Code);
            Assert.Contains("Read-only file system", refused.Error);
            // One file, too.
            Assert.Equal("host", await engine.Ok("run", "--rm", "-v", $"{host}/from-host:/etc/one", "busybox", "cat", "/etc/one"));
        }
        finally
        {
            Directory.Delete(host, recursive: true);
        }
    }

    [Theory, EveryEngine]
    public async Task AMissingBindSourceIsMade(string name)
    {
        await using Engine engine = await Use(name);
        string host = $"/tmp/gantry-made-{Guid.NewGuid():N}";
        try
        {
            await engine.Ok("run", "--rm", "-v", $"{host}:/data", "busybox", "touch", "/data/file");
            Assert.True(File.Exists($"{host}/file"));
        }
        finally
        {
            if (Directory.Exists(host)) Directory.Delete(host, recursive: true);
        }
    }

    /// <summary>A name that is no text, and a path longer than a path may be.</summary>
    [Theory, EveryEngine]
    public async Task WhatContainersMakeInAVolumeDoesNotKeepItFromGoing(string name)
    {
        await using Engine engine = await Use(name);
        const string make = "mkdir \"/d/$(printf 'd\\377')\"; cd /d; while mkdir dddddddd && cd dddddddd; do :; done 2>/dev/null; true";
        string volume = engine.NewName("volume"), container = engine.NewName("container");
        await engine.Ok("run", "--rm", "-v", $"{volume}:/d", "busybox", "sh", "-c", make);
        await engine.Ok("volume", "rm", volume);
        Assert.Equal("", await engine.Ok("volume", "ls", "-q", "-f", $"name={volume}"));
        // With --rm the client waits until all is gone.
        await engine.Ok("run", "--rm", "--name", container, "-v", "/d", "busybox", "sh", "-c", make);
        Assert.Equal("", await engine.Ok("ps", "-aq", "-f", $"name={container}"));
        await engine.Ok("run", "--name", container, "busybox", "sh", "-c", "mkdir /d; " + make);
        await engine.Ok("rm", "-v", container);
    }

    [Theory, EveryEngine]
    public async Task ANamedVolumeOutlivesItsContainers(string name)
    {
        await using Engine engine = await Use(name);
        string volume = engine.NewName("volume");
        await engine.Ok("run", "--rm", "-v", $"{volume}:/data", "busybox", "sh", "-c", "echo kept > /data/file");
        Assert.Equal("kept", await engine.Ok("run", "--rm", "-v", $"{volume}:/data", "busybox", "cat", "/data/file"));
        string container = await engine.RunIdle("-v", $"{volume}:/data:ro");
        Assert.Equal($"volume {volume} /data local false",
            await engine.Inspect(container, "{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.Driver}} {{.RW}}{{end}}"));
        string source = await engine.Inspect(container, "{{range .Mounts}}{{.Source}}{{end}}");
        Assert.EndsWith($"/volumes/{volume}/_data", source);
        Assert.Equal("kept\n", await File.ReadAllTextAsync($"{source}/file"));
        Assert.Equal(409, (int)(await engine.Api.Delete($"/v1.41/volumes/{volume}")).Status);
        await engine.Ok("rm", "-f", container);
        Assert.Equal(204, (int)(await engine.Api.Delete($"/v1.41/volumes/{volume}")).Status);
        Assert.False(Directory.Exists(source));
    }

    [Theory, EveryEngine]
    public async Task ANewVolumeGetsTheImagesFiles(string name)
    {
        await using Engine engine = await Use(name);
        string volume = engine.NewName("volume");
        Assert.Contains("passwd", await engine.Ok("run", "--rm", "-v", $"{volume}:/etc/", "busybox", "ls", "/etc"));
        Assert.Contains("root:x:0:0", await engine.Ok("run", "--rm", "-v", $"{volume}:/copy", "busybox", "cat", "/copy/passwd"));
        await engine.Api.Delete($"/v1.41/volumes/{volume}");
    }

    [Theory, EveryEngine]
    public async Task AnAnonymousVolumeGoesWithTheContainerWhenAsked(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("-v", "/data");
        string volume = await engine.Inspect(container, "{{range .Mounts}}{{.Name}}{{end}}");
        Assert.Matches("^[0-9a-f]{64}$", volume);
        Assert.Equal(200, (int)(await engine.Api.Get($"/v1.41/volumes/{volume}")).Status);
        await engine.Ok("rm", "-f", "-v", container);
        Assert.Equal(404, (int)(await engine.Api.Get($"/v1.41/volumes/{volume}")).Status);
    }

    [Theory, EveryEngine]
    public async Task VolumesFromAnother(string name)
    {
        await using Engine engine = await Use(name);
        string data = engine.NewName("data");
        await engine.Ok("create", "-v", "/shared", "--name", data, "busybox", "true");
        await engine.Ok("run", "--rm", "--volumes-from", data, "busybox", "sh", "-c", "echo both > /shared/file");
        Assert.Equal("both", await engine.Ok("run", "--rm", "--volumes-from", data, "busybox", "cat", "/shared/file"));
    }

    [Theory, EveryEngine]
    public async Task Tmpfs(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Matches(@"^tmpfs on /scratch type tmpfs \(rw,nosuid,nodev,noexec,relatime,size=1024k",
            await engine.Ok("run", "--rm", "--tmpfs", "/scratch:size=1m", "busybox", "sh", "-c", "mount | grep scratch"));
    }

    [Theory, EveryEngine]
    public async Task MountsOfTheHostShowInsideWhenAskedFor(string name)
    {
        await using Engine engine = await Use(name);
        string host = Directory.CreateTempSubdirectory("gantry-propagation").FullName;
        try
        {
            (await engine.Machine.RunInside("sh", "-c", $"mount --bind {host} {host} && mount --make-shared {host} && mkdir {host}/sub"))
                .Succeeded();
            string follows = await engine.RunIdle("-v", $"{host}:/data:rslave"), apart = await engine.RunIdle("-v", $"{host}:/data");
            (await engine.Machine.RunInside("sh", "-c", $"mount -t tmpfs late {host}/sub && touch {host}/sub/file")).Succeeded();
            Assert.Equal("file", await engine.Ok("exec", follows, "ls", "/data/sub"));
            Assert.Equal("", await engine.Ok("exec", apart, "ls", "/data/sub"));
            Assert.Equal("rslave", await engine.Inspect(follows, "{{range .Mounts}}{{.Propagation}}{{end}}"));
            await engine.Ok("rm", "-f", follows, apart);
        }
        finally
        {
            await engine.Machine.RunInside("sh", "-c", $"umount {host}/sub; umount {host}");
            Directory.Delete(host, recursive: true);
        }
    }

    [Theory, EveryEngine]
    public async Task OptionsNameAFileSystemThatIsThereWhileAContainerRuns(string name)
    {
        await using Engine engine = await Use(name);
        string volume = engine.NewName("v");
        await engine.Ok("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=3m,uid=33", volume);
        Assert.Equal("tmpfs 33",
            await engine.Ok("run", "--rm", "-v", $"{volume}:/data", "busybox", "sh", "-c",
                "echo $(grep ' /data ' /proc/mounts | cut -d ' ' -f 3) $(stat -c %u /data)"));
        await engine.Ok("volume", "rm", volume);
    }
}
