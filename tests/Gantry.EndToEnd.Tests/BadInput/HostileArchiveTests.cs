using System.Formats.Tar;
using System.Text;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.BadInput;

/// <summary>Archives made to break out or to break.</summary>
public sealed class HostileArchiveTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task PathTraversalInAnImportStaysInside(string name)
    {
        await using Engine engine = await Use(name);
        string tag = $"traversal-{name}", victim = $"/tmp/gantry-victim-{Guid.NewGuid():N}";
        using MemoryStream tar = new();
        await using (TarWriter writer = new(tar, leaveOpen: true))
        {
            Add(writer, "inside", "fine");
            Add(writer, $"../../../../../../../..{victim}", "out by dots");
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/tmp" });
            Add(writer, $"link/{Path.GetFileName(victim)}", "out by a link");
            writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "hard") { LinkName = "../../../../../../../../etc/hostname" });
        }
        try
        {
            await Import(engine, tar.ToArray(), tag);
            Assert.False(Path.Exists(victim), "the import wrote outside");
            // Whether it is refused or confined: the daemon goes on, and no half image is there.
            Assert.Equal("fine", await engine.Ok("run", "--rm", "busybox", "echo", "fine"));
        }
        finally
        {
            File.Delete(victim);
            await engine.Run("rmi", tag);
        }
    }

    [Theory, EveryEngine]
    public async Task ATruncatedArchiveIsRefusedAndLeavesNothing(string name)
    {
        await using Engine engine = await Use(name);
        string archive = Path.GetTempFileName(), tag = $"truncated-{name}";
        try
        {
            await engine.Ok("tag", "busybox", tag);
            await engine.Ok("save", "-o", archive, tag);
            await engine.Ok("rmi", tag);
            await using (FileStream file = File.OpenWrite(archive)) file.SetLength(file.Length / 2);
            Command.Result result = await engine.Run("load", "-i", archive);
            Assert.True(result.Code == 1, $"exit code {result.Code}: {result.All}");
            Assert.NotEqual("", result.Error);
            Assert.Equal("", await engine.Ok("images", "-aq", tag));
        }
        finally
        {
            File.Delete(archive);
        }
    }

    [Theory, EveryEngine]
    public async Task GarbageIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        string archive = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(archive, string.Concat(Enumerable.Repeat("this is no archive. ", 1000)));
            foreach (string[] line in new string[][] { ["load", "-i", archive], ["import", archive, $"garbage-{name}"] })
            {
                Command.Result result = await engine.Run(line);
                Assert.True(result.Code == 1, $"{line[0]}: exit code {result.Code}: {result.All}");
                Assert.NotEqual("", result.Error);
            }
            Assert.Equal("", await engine.Ok("images", "-q", $"garbage-{name}"));
        }
        finally
        {
            File.Delete(archive);
        }
    }

    [Theory, EveryEngine]
    public async Task AManifestThatPointsOutIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        string archive = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(archive))
            await using (TarWriter writer = new(file))
            {
                Add(writer, "manifest.json",
                    """[{"Config":"../../../../../../etc/passwd","RepoTags":["evil:latest"],"Layers":["../../../../../etc/shadow"]}]""");
            }
            Command.Result result = await engine.Run("load", "-i", archive);
            Assert.True(result.Code == 1, $"exit code {result.Code}: {result.All}");
            Assert.Equal("", await engine.Ok("images", "-q", "evil"));
        }
        finally
        {
            File.Delete(archive);
        }
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task ALayerThatIsNotWhatItsDigestSaysIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        string directory = Directory.CreateTempSubdirectory("gantry-digest").FullName, tag = $"digest-{name}";
        try
        {
            await File.WriteAllTextAsync($"{directory}/content", string.Concat(Enumerable.Repeat($"{directory} ", 10_000)));
            (await Command.Run("tar", "-C", directory, "-cf", $"{directory}/layer.tar", "content")).Succeeded();
            await engine.Ok("import", $"{directory}/layer.tar", tag);
            await engine.Ok("save", "-o", $"{directory}/image.tar", tag);
            await engine.Ok("rmi", tag);
            string unpacked = Directory.CreateDirectory($"{directory}/unpacked").FullName;
            (await Command.Run("tar", "-C", unpacked, "-xf", $"{directory}/image.tar")).Succeeded();
            // The biggest file is the layer; another byte in the middle of it is another layer.
            string layer = Directory.GetFiles(unpacked, "*", SearchOption.AllDirectories).MaxBy(f => new FileInfo(f).Length)!;
            using (FileStream file = File.Open(layer, FileMode.Open))
            {
                file.Position = file.Length / 2;
                file.WriteByte(0x42);
            }
            (await Command.Run("tar", "-C", unpacked, "-cf", $"{directory}/image.tar", ".")).Succeeded();
            Command.Result result = await engine.Run("load", "-i", $"{directory}/image.tar");
            Assert.Equal("", await engine.Ok("images", "-q", tag));
            Assert.True(result.Code == 1, $"exit code {result.Code}: {result.All}");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Add(TarWriter writer, string path, string content) =>
        writer.WriteEntry(
            new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });

    private static async Task Import(Engine engine, byte[] tar, string tag)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, tar);
            await engine.Run("import", path, tag);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
