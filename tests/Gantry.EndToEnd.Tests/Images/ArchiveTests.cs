using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Runtimes;

namespace Gantry.EndToEnd.Images;

/// <summary>Archives of images between us and the others. The image has what is easily lost: a removed file, a sparse one,
/// a capability, hard links.</summary>
public sealed class ArchiveTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private const string Check = "[ ! -e /etc/group ] && [ -z \"$(ls /home)\" ] && [ $(stat -c %s /sparse) = 50000000 ] && [ $(stat -c %h "
        + "/a) = 2 ] && [ $(stat -c %a /a) = 4755 ] && cat /a";
    private static int _tags;

    [Theory, EveryEngine(OursOnly = true)]
    public async Task UmociAndTarReadOurs(string name)
    {
        await using Engine engine = await Use(name);
        Assert.SkipUnless(Programs.Find("umoci") is not null, "umoci is not installed");
        Assert.SkipUnless(Programs.Find("skopeo") is not null, "skopeo is not installed");
        using Scratch scratch = new();
        string tag = await Make(engine);
        await engine.Ok("save", "-o", scratch["s.tar"], tag);
        await scratch.Shell($"tar -tf s.tar > list; grep -q manifest.json list; grep -q oci-layout list; mkdir layout; tar -C layout -xf "
            + $"s.tar; skopeo copy -q --insecure-policy docker-archive:s.tar oci:image:x; umoci unpack --image image:x bundle; cd "
            + $"bundle/rootfs; [ ! -e etc/group ]; [ -z \"$(ls home)\" ]; [ $(stat -c %s sparse) = 50000000 ]; [ $(stat -c %h a) = 2 ]");
        Assert.Equal("cap_net_raw", await scratch.Shell("getcap bundle/rootfs/ping | grep -o cap_net_raw"));
        // What we write is a layout as it is.
        await scratch.Shell("umoci ls --layout layout | grep -q .");
        await engine.Ok("rmi", tag);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task SkopeoTakesAndGives(string name)
    {
        await using Engine engine = await Use(name);
        Assert.SkipUnless(Programs.Find("skopeo") is not null, "skopeo is not installed");
        using Scratch scratch = new();
        string tag = await Make(engine);
        await engine.Ok("save", "-o", scratch["s.tar"], tag);
        await scratch.Shell($"mkdir o; skopeo copy -q --insecure-policy docker-archive:s.tar oci:o:{tag}; skopeo copy -q "
            + $"--insecure-policy oci:o:{tag} docker-archive:back.tar:{tag}:back; tar -C o -cf oci.tar .");
        Assert.Contains($"{tag}:back", await engine.Ok("load", "-i", scratch["back.tar"]));
        Assert.Equal("content", await engine.Ok("run", "--rm", "--network", "none", $"{tag}:back", "sh", "-c", Check));
        Assert.Contains("Loaded image", await engine.Ok("load", "-i", scratch["oci.tar"]));
        await engine.Ok("rmi", "-f", tag, $"{tag}:back");
    }

    [Theory, EveryEngine]
    public async Task TheOtherDaemonLoadsWhatWasCommittedHere(string name)
    {
        await using Engine engine = await Use(name);
        await using Engine other = await Use(engine.IsPeer ? "docker" : "dockerd");
        using Scratch scratch = new();
        string tag = await Make(engine);
        await engine.Ok("tag", "busybox", $"{tag}:base");
        await engine.Ok("save", "-o", scratch["s.tar"], tag, $"{tag}:base");
        string loaded = await other.Ok("load", "-i", scratch["s.tar"]);
        Assert.Contains($"Loaded image: {tag}:latest", loaded);
        Assert.Contains($"Loaded image: {tag}:base", loaded);
        Assert.Equal("content", await other.Ok("run", "--rm", "--network", "none", tag, "sh", "-c", Check));
        Assert.Equal(await engine.Ok("image", "inspect", "-f", "{{.Id}}", tag), await other.Ok("image", "inspect", "-f", "{{.Id}}", tag));
        await engine.Ok("rmi", tag, $"{tag}:base");
        await other.Ok("rmi", tag, $"{tag}:base");
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task PodmanLoadsOursAndWeLoadPodmans(string name)
    {
        await using Engine engine = await Use(name);
        await using Podman podman = await Podman.Make();
        using Scratch scratch = new();
        string tag = await Make(engine);
        await engine.Ok("save", "-o", scratch["s.tar"], tag);
        await podman.Ok("load", "-i", scratch["s.tar"]);
        Command.Result ran = await podman.Container(tag, "sh", "-c", Check);
        Assert.Equal("content", ran.Succeeded());
        foreach (string format in new[] { "docker-archive", "oci-archive" })
        {
            await podman.Ok("save", "--format", format, "-o", scratch[$"{format}.tar"], tag);
            await engine.Ok("rmi", "-f", tag);
            Assert.Contains("Loaded image", await engine.Ok("load", "-i", scratch[$"{format}.tar"]));
            Assert.Equal("content", await engine.Ok("run", "--rm", "--network", "none", tag, "sh", "-c", Check));
        }
        await engine.Ok("rmi", "-f", tag);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task PlatformsAreObeyed(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string tag = $"platform-{name}-{Interlocked.Increment(ref _tags)}";
        await scratch.Shell("echo x > f; tar -cf f.tar f");
        await engine.Ok("import", "--platform", "linux/arm64", scratch["f.tar"], tag);
        Assert.Equal("linux/arm64", await engine.Ok("image", "inspect", "-f", "{{.Os}}/{{.Architecture}}", tag));
        Command.Result refused = await engine.Run("save", "--platform", "linux/amd64", "-o", scratch["s.tar"], tag);
        Assert.Equal(1, refused.Code);
        Assert.Contains("does not provide the specified platform (linux/amd64)", refused.Error);
        await engine.Ok("save", "--platform", "linux/arm64", "-o", scratch["s.tar"], tag);
        await engine.Ok("rmi", tag);
        Assert.NotEqual(0, (await engine.Run("load", "--platform", "linux/amd64", "-i", scratch["s.tar"])).Code);
        Assert.Contains(tag, await engine.Ok("load", "--platform", "linux/arm64", "-i", scratch["s.tar"]));
        await engine.Ok("rmi", tag);
    }

    /// <summary>The same files and times give the same bytes.</summary>
    [Theory, EveryEngine(OursOnly = true)]
    public async Task SavingTwiceGivesTheSameBytes(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string tag = await Make(engine);
        await engine.Ok("save", "-o", scratch["1.tar"], tag, "busybox");
        await engine.Ok("save", "-o", scratch["2.tar"], tag, "busybox");
        await scratch.Shell("cmp 1.tar 2.tar");
        await engine.Ok("rmi", tag);
    }

    private static async Task<string> Make(Engine engine)
    {
        string container = engine.NewName(), tag = $"archive-{engine.Name}-{Interlocked.Increment(ref _tags)}";
        await engine.Ok("run", "--network", "none", "--name", container, "busybox", "sh", "-c",
            "rm /etc/group; rm -rf /home; mkdir /home; echo content > /a; chmod 4755 /a; ln /a /b; dd if=/dev/urandom of=/sparse bs=4096 "
                + "count=2 seek=5000 2>/dev/null; truncate -s 50000000 /sparse; cp /bin/busybox /ping");
        using Scratch scratch = new();
        await scratch.Shell("cp /bin/true ping; setcap cap_net_raw+ep ping");
        await engine.Ok("cp", scratch["ping"], $"{container}:/ping");
        await engine.Ok("commit", container, tag);
        return tag;
    }
}
