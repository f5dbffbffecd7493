using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Images;

public sealed class ImageTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task ListedAndInspected(string name)
    {
        await using Engine engine = await Use(name);
        string id = await engine.Ok("image", "inspect", "-f", "{{.Id}}", "busybox");
        Assert.Matches("^sha256:[0-9a-f]{64}$", id);
        Assert.Equal(id, await engine.Ok("images", "-q", "--no-trunc", "busybox:latest"));
        Assert.Equal($"busybox latest {id[7..19]}",
            await engine.Ok("images", "--format", "{{.Repository}} {{.Tag}} {{.ID}}", "busybox:latest"));
        Assert.Matches(@"^REPOSITORY\s+TAG\s+IMAGE ID\s+CREATED\s+SIZE\n", await engine.Ok("images"));
        Assert.Equal("""linux amd64 ["sh"] 1""",
            await engine.Ok("image", "inspect", "-f", "{{.Os}} {{.Architecture}} {{json .Config.Cmd}} {{len .RootFS.Layers}}", "busybox"));
        Assert.True(long.Parse(await engine.Ok("image", "inspect", "-f", "{{.Size}}", "busybox")) > 1_000_000);
        // By a prefix of the identifier too.
        Assert.Equal(id, await engine.Ok("image", "inspect", "-f", "{{.Id}}", id[7..19]));
    }

    [Theory, EveryEngine]
    public async Task SeveralTagsOnOneImage(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag(engine);
        await engine.Ok("tag", "busybox", tag);
        Assert.Equal(await Id(engine, "busybox"), await Id(engine, tag));
        Assert.Equal($"Untagged: {tag}:latest", await engine.Ok("rmi", tag));
        Assert.NotEqual(0, (await engine.Run("image", "inspect", tag)).Code);
        Assert.Equal("still", await engine.Ok("run", "--rm", "busybox", "echo", "still"));
    }

    [Theory, EveryEngine]
    public async Task ImportedWithChanges(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag(engine), directory = Directory.CreateTempSubdirectory("gantry-image").FullName;
        try
        {
            await File.WriteAllTextAsync($"{directory}/greeting", "hello\n");
            (await Command.Run("tar", "-C", directory, "-cf", $"{directory}.tar", "greeting")).Succeeded();
            string id = await engine.Ok("import", "--change", "ENV A=b", "--change", "WORKDIR /srv", "--message", "made by a test",
                $"{directory}.tar", $"{tag}:v1");
            Assert.Matches("^sha256:[0-9a-f]{64}$", id);
            Assert.Equal($"{id} [A=b] /srv",
                await engine.Ok("image", "inspect", "-f", "{{.Id}} {{.Config.Env}} {{.Config.WorkingDir}}", $"{tag}:v1"));
            await engine.Ok("rmi", $"{tag}:v1");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
            File.Delete($"{directory}.tar");
        }
    }

    [Theory, EveryEngine]
    public async Task ArchivesMayBeCompressedInManyWays(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag(engine), directory = Directory.CreateTempSubdirectory("gantry-image").FullName;
        try
        {
            (await Command.Run("sh", "-ec",
                $"cd {directory}; echo hello > greeting; for c in gzip bzip2 xz; do tar -c greeting | $c > $c.tar; done")).Succeeded();
            foreach (string program in new[] { "gzip", "bzip2", "xz" })
            {
                await engine.Ok("import", $"{directory}/{program}.tar", $"{tag}:{program}");
                await engine.Ok("save", "-o", $"{directory}/saved", $"{tag}:{program}");
                await engine.Ok("rmi", $"{tag}:{program}");
                (await Command.Run(program, $"{directory}/saved")).Succeeded();
                string packed = Directory.GetFiles(directory, "saved*").Single();
                await engine.Ok("load", "-i", packed);
                File.Delete(packed);
                Assert.Contains("RootFS", await engine.Ok("image", "inspect", $"{tag}:{program}"));
                await engine.Ok("rmi", $"{tag}:{program}");
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory, EveryEngine]
    public async Task SavedRemovedAndLoadedIsTheSame(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag(engine), archive = Path.GetTempFileName();
        try
        {
            (await engine.Run(["import", await Layer("content-" + tag), $"{tag}:one"], "")).Succeeded();
            string id = await Id(engine, $"{tag}:one");
            await engine.Ok("tag", $"{tag}:one", $"{tag}:two");
            await engine.Ok("save", "-o", archive, $"{tag}:one", $"{tag}:two");
            string entries = (await Command.Run("tar", "-tf", archive)).Succeeded();
            Assert.Contains("manifest.json", entries);
            await engine.Ok("rmi", $"{tag}:one", $"{tag}:two");
            Assert.Equal("", await engine.Ok("images", "-q", tag));
            string loaded = await engine.Ok("load", "-i", archive);
            Assert.Contains($"Loaded image: {tag}:one", loaded);
            Assert.Contains($"Loaded image: {tag}:two", loaded);
            Assert.Equal(id, await Id(engine, $"{tag}:two"));
            await engine.Ok("rmi", $"{tag}:one", $"{tag}:two");
        }
        finally
        {
            File.Delete(archive);
        }
    }

    [Theory, EveryEngine]
    public async Task WhatOneDaemonSavesTheOtherLoads(string name)
    {
        await using Engine engine = await Use(name);
        await using Engine other = await Use(engine.IsPeer ? "docker" : "dockerd");
        string tag = NewTag(engine), archive = Path.GetTempFileName();
        try
        {
            await other.Ok("tag", "busybox", tag);
            await other.Ok("save", "-o", archive, tag);
            await engine.Ok("load", "-i", archive);
            Assert.Equal(await Id(other, tag), await Id(engine, tag));
            Assert.Equal("moved", await engine.Ok("run", "--rm", tag, "echo", "moved"));
            await engine.Ok("rmi", tag);
            await other.Ok("rmi", tag);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task AnOciLayoutIsLoaded(string name)
    {
        Assert.SkipUnless(Daemons.Programs.Find("skopeo") is not null, "skopeo is not installed");
        await using Engine engine = await Use(name);
        string tag = NewTag(engine), directory = Directory.CreateTempSubdirectory("gantry-oci").FullName;
        try
        {
            await engine.Ok("save", "-o", $"{directory}/docker.tar", "busybox");
            (await Command.Run("skopeo", "copy", "--insecure-policy", $"docker-archive:{directory}/docker.tar",
                $"oci-archive:{directory}/oci.tar:{tag}:latest")).Succeeded();
            Assert.Contains(tag, await engine.Ok("load", "-i", $"{directory}/oci.tar"));
            Assert.Equal("from oci", await engine.Ok("run", "--rm", tag, "echo", "from oci"));
            await engine.Ok("rmi", tag);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory, EveryEngine]
    public async Task LoadsFromInputAndSavesToOutput(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag(engine);
        await engine.Ok("tag", "busybox", tag);
        string client = $"{engine.Client} -H {engine.Daemon.Host}";
        string output = (await Command.Run("sh", "-c", $"{client} save {tag} | gzip -1 | {client} load")).Succeeded();
        Assert.Contains($"Loaded image: {tag}:latest", output);
        await engine.Ok("rmi", tag);
    }

    [Theory, EveryEngine]
    public async Task AnImageInUseIsNotRemoved(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag(engine);
        (await engine.Run("import", await Layer("in-use"), $"{tag}:latest")).Succeeded();
        string container = engine.NewName();
        await engine.Ok("create", "--name", container, tag, "/content");
        Command.Result refused = await engine.Run("rmi", tag);
        Assert.Equal(1, refused.Code);
        Assert.Contains("conflict: unable to remove repository reference", refused.Error);
        Assert.Contains("container", refused.Error);
        await engine.Ok("rm", container);
        Assert.Contains("Deleted: sha256:", await engine.Ok("rmi", tag));
    }

    [Theory, EveryEngine]
    public async Task RemovingAnUnknownImageIsAnError(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("rmi", "never-seen");
        Assert.Equal(1, result.Code);
        Assert.Contains("No such image: never-seen", result.Error);
    }

    [Theory, EveryEngine]
    public async Task FiltersAndDangling(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag(engine);
        (await engine.Run("import", await Layer("first-" + tag), $"{tag}:latest")).Succeeded();
        string first = await Id(engine, tag);
        (await engine.Run("import", await Layer("second-" + tag), $"{tag}:latest")).Succeeded();
        Assert.NotEqual(first, await Id(engine, tag));
        Assert.Contains(first, await engine.Ok("images", "-q", "--no-trunc", "--filter", "dangling=true"));
        Assert.DoesNotContain(first, await engine.Ok("images", "-q", "--no-trunc", "--filter", "dangling=false"));
        Assert.Equal(tag, await engine.Ok("images", "--filter", $"reference={tag[..^1]}*", "--format", "{{.Repository}}"));
        await engine.Ok("rmi", first, $"{tag}:latest");
        Assert.NotEqual(0, (await engine.Run("image", "inspect", first)).Code);
    }

    [Theory, EveryEngine]
    public async Task HistoryOfAnImport(string name)
    {
        await using Engine engine = await Use(name);
        ApiClient.Answer answer = await engine.Api.Get("/v1.41/images/busybox/history");
        JsonNode entry = Assert.Single(answer.Json.AsArray())!;
        Assert.Equal(await Id(engine, "busybox"), entry["Id"]!.GetValue<string>());
        Assert.Contains("busybox:latest", entry["Tags"]!.AsArray().Select(t => t!.GetValue<string>()));
    }

    private static int _tags;

    private static string NewTag(Engine engine) => $"tag-{engine.Name}-{Interlocked.Increment(ref _tags)}";

    private static Task<string> Id(Engine engine, string image) => engine.Ok("image", "inspect", "-f", "{{.Id}}", image);

    /// <summary>A tar with one small file.</summary>
    private static async Task<string> Layer(string content)
    {
        string path = Path.Combine(Path.GetTempPath(), $"gantry-layer-{Environment.ProcessId}-{Interlocked.Increment(ref _tags)}.tar");
        string directory = Directory.CreateTempSubdirectory("gantry-layer").FullName;
        await File.WriteAllTextAsync($"{directory}/content", content);
        (await Command.Run("tar", "-C", directory, "-cf", path, "content")).Succeeded();
        Directory.Delete(directory, recursive: true);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        return path;
    }
}
