using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>Images to and from Debian's docker-registry, by every client and engine.</summary>
public sealed class PushPullTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task WhatIsPushedIsPulledOnceAndSentOnce(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string image = $"{registry.Name}/tests/busybox:1", copy = $"{registry.Name}/other/busybox:2";
        await engine.Ok("tag", "busybox", image);
        Assert.Contains(": Pushed", await engine.Ok("push", image));
        int sent = registry.Uploads;
        Assert.Contains("Layer already exists", await engine.Ok("push", image));
        Assert.Equal(sent, registry.Uploads);
        await engine.Ok("tag", image, copy);
        Assert.Contains("Mounted from tests/busybox", await engine.Ok("push", copy));
        Assert.Contains("mount=sha256", registry.Log);
        await engine.Ok("rmi", image, copy);

        string pulled = await engine.Ok("pull", image);
        Assert.Contains("Pulling from tests/busybox", pulled);
        Assert.Contains($"Status: Downloaded newer image for {image}", pulled);
        Assert.EndsWith(image, pulled, StringComparison.Ordinal);
        Assert.Contains($"Status: Image is up to date for {image}", await engine.Ok("pull", image));
        string digest = pulled.Split('\n').First(static line => line.StartsWith("Digest: ", StringComparison.Ordinal))["Digest: ".Length..];
        Assert.Contains($"{registry.Name}/tests/busybox@{digest}", await engine.Ok("inspect", "-f", "{{.RepoDigests}}", image));
        Assert.Contains("Image is up to date", await engine.Ok("pull", $"{registry.Name}/tests/busybox@{digest}"));
        Assert.Contains("Layer already exists", await engine.Ok("push", image));
        Assert.Contains(digest, await engine.Ok("inspect", "-f", "{{.RepoDigests}}", image));
        Assert.Equal("from afar", await engine.Ok("run", "--rm", image, "echo", "from afar"));
        await engine.Ok("rmi", image);
    }

    [Theory, EveryEngine]
    public async Task EveryTagGoesAndComes(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string repository = $"{registry.Name}/tests/many";
        foreach (string tag in new[] { "1", "2", "latest" }) await engine.Ok("tag", "busybox", $"{repository}:{tag}");
        string pushed = await engine.Ok("push", "-a", repository);
        foreach (string tag in new[] { "1", "2", "latest" }) Assert.Contains($"{tag}: digest: sha256:", pushed);
        await engine.Ok("rmi", $"{repository}:1", $"{repository}:2", $"{repository}:latest");
        string pulled = await engine.Ok("pull", "-a", repository);
        Assert.Contains("Pulling from tests/many", pulled);
        Assert.Contains($"Status: Downloaded newer image for {repository}\n", pulled);
        Assert.Equal(["1", "2", "latest"], (await engine.Ok("images", "--format", "{{.Tag}}", repository)).Split('\n').Order());
        Assert.Equal($"{repository}:2", await engine.Ok("pull", "-q", $"{repository}:2"));
        await engine.Ok("rmi", $"{repository}:1", $"{repository}:2", $"{repository}:latest");
    }

    [Theory, EveryEngine]
    public async Task RunFetchesWhatIsMissing(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string image = $"{registry.Name}/tests/missing:latest";
        await engine.Ok("tag", "busybox", image);
        await engine.Ok("push", "-q", image);
        await engine.Ok("rmi", image);
        Command.Result result = await engine.Run("run", "--rm", $"{registry.Name}/tests/missing", "echo", "here");
        Assert.Equal((0, "here\n"), (result.Code, result.Output));
        Assert.Contains($"Unable to find image '{image}' locally", result.Error);
        Assert.Contains("Downloaded newer image", result.Error);
        await engine.Ok("rmi", image);
    }

    [Theory, EveryEngine]
    public async Task WhatIsNotThereIsNamed(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string image = $"{registry.Name}/tests/nothing:gone";
        Command.Result result = await engine.Run("pull", image);
        Assert.Equal(1, result.Code);
        Assert.Contains($"manifest for {image} not found: manifest unknown: manifest unknown", result.Error);
        result = await engine.Run("run", "--rm", image, "true");
        Assert.Equal(125, result.Code);
        result = await engine.Run("push", image);
        Assert.Equal(1, result.Code);
        Assert.Contains($"An image does not exist locally with the tag: {registry.Name}/tests/nothing", result.Error);
        await registry.Kill();
        result = await engine.Run("pull", image);
        Assert.Equal(1, result.Code);
        Assert.Contains("connection refused", result.Error);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task AnAuthorityOfOurOwnAndAPassword(string name)
    {
        string configuration = Directory.CreateTempSubdirectory("gantry-certificates").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(configuration, "daemon.json"), "{}");
            await using Engine engine = await Engine.WithItsOwnDaemon(name, "--config-file", Path.Combine(configuration, "daemon.json"));
            TestDaemon daemon = engine.Daemon;
            (string certificate, string key) = TestCertificates.WriteServer(configuration);
            // "me" with the password "secret", as bcrypt.
            await File.WriteAllTextAsync(Path.Combine(configuration, "users"),
                "me:$2b$05$JNVwar6UBvY7o2Y/6Sh5euXsLgHkNqY0M94CLSexE2gR8sItbJ4tG\n");
            await using TestRegistry registry = await TestRegistry.Start(daemon.Machine, SmallMachine.Address,
                $"  tls:\n    certificate: {certificate}\n    key: {key}",
                $"auth:\n  htpasswd:\n    realm: tests\n    path: {configuration}/users");
            string image = $"{registry.Name}/tests/private:1";
            await engine.Ok("tag", "busybox", image);

            Command.Result result = await engine.Run("push", image);
            Assert.Equal(1, result.Code);
            Assert.Contains("tls: ", result.Error);

            string trusted = Path.Combine(configuration, "certs.d", registry.Name);
            Directory.CreateDirectory(trusted);
            File.Copy(certificate, Path.Combine(trusted, "ca.crt"));
            result = await engine.Run("push", image);
            Assert.Equal(1, result.Code);
            Assert.Contains("unauthorized: authentication required", result.Error);

            result = await engine.Run("--config", configuration, "login", "-u", "me", "-p", "wrong", registry.Name);
            Assert.Equal(1, result.Code);
            Assert.Contains("unauthorized", result.Error);
            result = await engine.Run(["--config", configuration, "login", "-u", "me", "--password-stdin", registry.Name], "secret\n");
            Assert.Equal(0, result.Code);
            Assert.Contains("Login Succeeded", result.Output);
            Assert.Contains("unencrypted", result.Error);
            Assert.Contains("Pushed", await engine.Ok("--config", configuration, "push", image));
            await engine.Ok("rmi", image);
            await engine.Ok("--config", configuration, "pull", image);
            Assert.Contains("Removing login credentials", await engine.Ok("--config", configuration, "logout", registry.Name));
            Assert.DoesNotContain(registry.Name, await File.ReadAllTextAsync(Path.Combine(configuration, "config.json")));
        }
        finally
        {
            Directory.Delete(configuration, recursive: true);
        }
    }

    [Fact]
    public async Task StrangersRunWhatWePushAndWeRunWhatTheyPush()
    {
        await using Engine ours = await Use("gantry"), theirs = await Use("dockerd");
        await using TestRegistry registry = await TestRegistry.Start(ours.Machine);
        await using TestRegistry mirror = await TestRegistry.Start(theirs.Machine, storage: registry.Storage);
        await ours.Ok("tag", "busybox", $"{registry.Name}/tests/ours:1");
        await ours.Ok("push", $"{registry.Name}/tests/ours:1");
        Assert.Equal("there", await theirs.Ok("run", "--rm", $"{mirror.Name}/tests/ours:1", "echo", "there"));
        await theirs.Ok("tag", "busybox", $"{mirror.Name}/tests/theirs:1");
        await theirs.Ok("push", $"{mirror.Name}/tests/theirs:1");
        Assert.Equal("here", await ours.Ok("run", "--rm", $"{registry.Name}/tests/theirs:1", "echo", "here"));
        if (Programs.Find("skopeo") is { } skopeo)
        {
            (await ours.Machine.Run(skopeo, "copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--dest-compress-format", "zstd",
                "--dest-compress",
                $"docker://{registry.Name}/tests/ours:1", $"docker://{registry.Name}/tests/zstd:1")).Succeeded();
            Assert.Equal("small", await ours.Ok("run", "--rm", $"{registry.Name}/tests/zstd:1", "echo", "small"));
            await ours.Ok("rmi", $"{registry.Name}/tests/zstd:1");
        }
        await ours.Ok("rmi", $"{registry.Name}/tests/ours:1", $"{registry.Name}/tests/theirs:1");
        await theirs.Ok("rmi", $"{mirror.Name}/tests/ours:1", $"{mirror.Name}/tests/theirs:1");
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task AKillInTheMiddleOfAPullLosesNothing(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/large:1";
        string archive = Path.Combine(daemon.Root, "large.tar");
        // Random bytes: nothing to compress, so the layer is as large on the wire.
        (await Command.Run("sh", "-c",
            $"mkdir {daemon.Root}/tree && head -c 60000000 /dev/urandom > {daemon.Root}/tree/data && tar -cf {archive} -C "
                + $"{daemon.Root}/tree .")).Succeeded();
        await engine.Ok("import", archive, image);
        await engine.Ok("push", "-q", image);
        await engine.Ok("rmi", image);
        for (int round = 0; round < 4; round++)
        {
            await using RunningProcess pull = engine.Start("pull", image);
            await Task.Delay(60 + 40 * round);
            if (round == 2)
            {
                await registry.Kill();
                await registry.Start();
                continue;
            }
            await daemon.Kill();
            await daemon.Start();
        }
        await engine.Ok("pull", image);
        (await Command.Run("sh", "-c", $"cmp {daemon.DataRoot}/overlay2/*/diff/data {daemon.Root}/tree/data")).Succeeded();
        await engine.Ok("rmi", image);
        Assert.Empty(Directory.GetFiles($"{daemon.DataRoot}/content/partial"));
    }
}
