using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>The commands on images and registries that people know by heart, in one sitting, as they type them.</summary>
public sealed class AsPeopleTypeItTests
{
    [Theory, EveryEngine]
    public async Task ImagesAndRegistry(string name)
    {
        Engine.SkipUnlessInstalled(name);
        Assert.SkipUnless(Programs.Find("docker-registry") is not null, "docker-registry is not installed");
        await using Engine engine = await Engine.WithItsOwnDaemon(name, "--registry-mirror", "http://127.0.0.1:5000",
            "--insecure-registry", "198.51.100.1:5000");
        await RegistryInAContainer(engine);
        await FedoraFromTheMirror(engine);
        await CommitAndArchives(engine);
        await NamesAndRemoval(engine);
    }

    /// <summary>docker run -d -p 5000:5000 registry; tag, push; through an address that is no loopback as well.</summary>
    private static async Task RegistryInAContainer(Engine engine)
    {
        string root = Directory.CreateDirectory($"{engine.Daemon.Root}/registry").FullName;
        string program = Programs.Find("docker-registry")!;
        await File.WriteAllTextAsync($"{root}/config.yml",
            "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: /data}, delete: {enabled: true}}\nhttp: {addr: "
                + "\":5000\"}\n");
        (await Command.Run("sh", "-c",
            $"cd {root} && mkdir -p bin lib64 data lib/x86_64-linux-gnu && cp {program} bin/registry && for l in $(ldd {program} | grep "
                + $"-o '/[^ ]*'); do cp --parents $l .; done && tar -cf ../registry.tar .")).Succeeded();
        await engine.Ok("import", "--change", "ENTRYPOINT [\"/bin/registry\",\"serve\",\"/config.yml\"]",
            $"{engine.Daemon.Root}/registry.tar", "registry");
        engine.Adopt("registry");
        await engine.Ok("run", "-d", "-p", "5000:5000", "--name", "registry", "registry");
        await Eventually.True(async () => (await engine.Machine.Run("curl", "-sf", "http://127.0.0.1:5000/v2/")).Code == 0,
            "the registry answers");

        await engine.Ok("tag", "busybox", "127.0.0.1:5000/library/fedora:20");
        Assert.Matches("20: digest: sha256:[0-9a-f]{64} size: [0-9]+", await engine.Ok("push", "127.0.0.1:5000/library/fedora:20"));
        await engine.Ok("tag", "busybox", "127.0.0.1:5000/library/fedora:21");
        string all = await engine.Ok("push", "-a", "127.0.0.1:5000/library/fedora");
        Assert.Contains("20: digest:", all);
        Assert.Contains("21: digest:", all);
        await engine.Ok("tag", "busybox", "198.51.100.1:5000/mine");
        Assert.Contains("latest: digest:", await engine.Ok("push", "198.51.100.1:5000/mine"));
        Assert.Contains("Login Succeeded",
            await engine.Ok("--config", engine.Daemon.Root, "login", "-u", "me", "-p", "any", "127.0.0.1:5000"));
        Assert.Contains("Removing login credentials for 127.0.0.1:5000",
            await engine.Ok("--config", engine.Daemon.Root, "logout", "127.0.0.1:5000"));
        await engine.Ok("rmi", "127.0.0.1:5000/library/fedora:20", "127.0.0.1:5000/library/fedora:21", "198.51.100.1:5000/mine");
    }

    /// <summary>docker pull NAME[:TAG], docker pull -a NAME, docker search.</summary>
    private static async Task FedoraFromTheMirror(Engine engine)
    {
        string pulled = await engine.Ok("pull", "fedora:20");
        Assert.Contains("20: Pulling from library/fedora", pulled);
        Assert.Matches("Digest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for fedora:20", pulled);
        Assert.Contains("Status: Image is up to date for fedora:20", await engine.Ok("pull", "fedora:20"));
        Assert.Contains("Downloaded newer image for fedora", await engine.Ok("pull", "-a", "fedora"));
        Assert.Equal("20\n21", await engine.Ok("images", "--format", "{{.Tag}}", "fedora"));
        Assert.Equal("here", await engine.Ok("run", "--rm", "fedora:21", "echo", "here"));
        Assert.Single((await engine.Ok("images", "-q", "-a", "--no-trunc", "fedora")).Split('\n').Distinct());
        if (engine.Name == "gantry") Assert.Contains("fedora:20", await engine.Ok("images", "--tree"));
        // dockerd searches the public index alone.
        if (!engine.IsPeer) Assert.Contains("library/fedora", await engine.Ok("search", "127.0.0.1:5000/fed"));
        Assert.Matches("^sha256:[0-9a-f]{64}$", await engine.Ok("history", "-q", "--no-trunc", "fedora:20"));
    }

    /// <summary>docker commit, save -o, tar -tf, load -i, export, import.</summary>
    private static async Task CommitAndArchives(Engine engine)
    {
        string container = engine.NewName("work"), archive = $"{engine.Daemon.Root}/saved.tar";
        await engine.Ok("run", "--name", container, "fedora:20", "sh", "-c", "echo mine > /own; rm /bin/vi");
        Assert.Equal("C /bin\nD /bin/vi\nA /own", Sorted(await engine.Ok("diff", container)));
        Assert.Equal("mine",
            await File.ReadAllTextAsync(Path.Combine(await engine.Inspect(container, "{{.GraphDriver.Data.UpperDir}}"), "own"))
                .ContinueWith(text => text.Result.Trim()));
        Assert.Matches("^sha256:",
            await engine.Ok("commit", "-m", "first words", "-a", "A. Body", "-c", "ENV kept=yes", container, "committed:1"));
        Assert.Equal("mine yes", await engine.Ok("run", "--rm", "committed:1", "sh", "-c", "echo $(cat /own) $kept"));
        Assert.Equal("first words A. Body", await engine.Inspect("committed:1", "{{.Comment}} {{.Author}}"));
        Assert.Equal(2, (await engine.Ok("history", "-q", "committed:1")).Split('\n').Length);
        await engine.Ok("save", "-o", archive, "committed:1", "fedora:20");
        string entries = (await Command.Run("tar", "-tf", archive)).Succeeded();
        Assert.Contains("manifest.json", entries);
        await engine.Ok("rmi", "committed:1");
        Assert.Contains("Loaded image: committed:1", await engine.Ok("load", "-i", archive));
        Assert.NotEqual(0, (await engine.Run("run", "--rm", "committed:1", "ls", "/bin/vi")).Code);

        await engine.Ok("export", "-o", $"{engine.Daemon.Root}/exported.tar", container);
        await engine.Ok("import", "-m", "flat", $"{engine.Daemon.Root}/exported.tar", "flat:1");
        Assert.Equal("mine", await engine.Ok("run", "--rm", "flat:1", "cat", "/own"));
        Assert.Single((await engine.Ok("history", "-q", "flat:1")).Split('\n'));
    }

    /// <summary>Several tags on one image; docker rmi by its rules.</summary>
    private static async Task NamesAndRemoval(Engine engine)
    {
        await engine.Ok("tag", "flat:1", "flat:2");
        Assert.Equal("Untagged: flat:1", await engine.Ok("rmi", "flat:1"));
        string user = engine.NewName("user");
        await engine.Ok("run", "--name", user, "flat:2", "true");
        Command.Result refused = await engine.Run("rmi", "flat:2");
        Assert.Equal(1, refused.Code);
        Assert.Contains("conflict: unable to remove repository reference \"flat:2\" (must force)", refused.Error);
        await engine.Ok("rm", user);
        Assert.Contains("Deleted: sha256:", await engine.Ok("rmi", "flat:2"));
    }

    private static string Sorted(string lines) => string.Join('\n', lines.Split('\n').OrderBy(line => line[2..], StringComparer.Ordinal));
}
