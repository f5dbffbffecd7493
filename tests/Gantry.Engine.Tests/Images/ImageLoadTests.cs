using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Oci.Image;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Tests.Images;

public sealed class ImageLoadTests : IDisposable
{
    private readonly ImageFixture _images = new();
    private readonly byte[] _bottom = ImageFixture.Layer(("bottom", "1"), ("shared", "old")),
        _top = ImageFixture.Layer(("top", "22"), ("shared", "newer"));

    public void Dispose() => _images.Dispose();

    [Fact]
    public void ADockerArchive()
    {
        using EventSubscription events = _images.Events.Subscribe();
        Image image = _images.Load(ImageFixture.DockerArchive("busybox:1", _bottom, _top)).Single();
        Assert.Equal(["Loaded image: busybox:1\n"], _images.Messages.Select(m => m.Stream));
        Assert.Equal(image.Id, _images.Store.Resolve("busybox:1").Id);
        Assert.Equal(2, image.ChainIds.Count);
        Assert.Equal(1 + 3 + 2 + 5, image.Size);
        Assert.True(events.TryRead(out EngineEvent? happened));
        Assert.Equal(("load", image.Id, "v"), (happened.Action, happened.ActorId, happened.Attributes["l"]));
    }

    [Fact]
    public void WithoutANameTheIdentifierIsTold()
    {
        Image image = _images.Load(ImageFixture.DockerArchive(null, _bottom)).Single();
        Assert.Equal([$"Loaded image ID: {image.Id}\n"], _images.Messages.Select(m => m.Stream));
    }

    [Fact]
    public void CompressedOutsideAndInside()
    {
        byte[] config = ImageFixture.Config([_bottom, _top]);
        byte[] archive = ImageFixture.Archive(("a", ImageFixture.Gzip(_bottom)), ("b", ImageFixture.Gzip(_top)), ("c.json", config),
            ("manifest.json", """[{"Config":"c.json","RepoTags":["x:y"],"Layers":["a","b"]}]"""u8.ToArray()));
        Image image = _images.Load(ImageFixture.Gzip(archive)).Single();
        Assert.Equal(Digest.Of(config), image.Id);
        Assert.All(image.Layers, layer => Assert.Equal(MediaTypes.LayerGzip, layer.MediaType));
    }

    [Fact]
    public void LoadingTwiceChangesNothing()
    {
        byte[] archive = ImageFixture.DockerArchive("busybox:1", _bottom, _top);
        _images.Load(archive);
        int before = _images.Leftovers().Count;
        _images.Load(archive);
        Assert.Equal(before, _images.Leftovers().Count);
        Assert.Equal(1, _images.Store.Count);
    }

    [Fact]
    public void ANameIsTakenFromTheImageThatHadIt()
    {
        Image old = _images.Load(ImageFixture.DockerArchive("busybox:1", _bottom)).Single();
        _images.Load(ImageFixture.DockerArchive("busybox:1", _top));
        Assert.Equal($"The image busybox:1 already exists, renaming the old one with ID {old.Id} to empty string\n",
            _images.Messages[0].Stream);
        Assert.Empty(_images.Store.NamesOf(old.Id));
    }

    [Fact]
    public void ProgressIsToldUnlessQuiet()
    {
        _images.Load(ImageFixture.DockerArchive("busybox:1", _bottom), quiet: false);
        Assert.Equal("Loading layer", _images.Messages[0].Status);
        Assert.Equal(Digest.Of(_bottom)[7..19], _images.Messages[0].Id);
        Assert.Equal(_bottom.Length, _images.Messages[0].ProgressDetail!.Total);
    }

    [Fact]
    public void AnImageLayout()
    {
        byte[] config = ImageFixture.Config([_bottom]), gz = ImageFixture.Gzip(_bottom);
        byte[] manifest =
            Json(new Manifest { Config = Descriptor(config, MediaTypes.Config), Layers = [Descriptor(gz, MediaTypes.LayerGzip)] });
        byte[] attestation = Json(new Manifest { Config = Descriptor("{}"u8.ToArray(), "application/vnd.in-toto+json"), Layers = [] });
        byte[] nested = Json(new Manifest
        {
            Manifests =
                [Descriptor(manifest, MediaTypes.Manifest) with { Platform = new Platform { Os = "linux", Architecture = "amd64" } },
                Descriptor("absent"u8.ToArray(),
                    MediaTypes.Manifest) with { Platform = new Platform { Os = "linux", Architecture = "s390x" } },
                Descriptor(attestation, MediaTypes.Manifest) with { Platform = new Platform { Os = "unknown", Architecture = "unknown" } }],
        });
        byte[] index = Json(new Manifest { Manifests = [Descriptor(nested,
            MediaTypes.Index) with { Annotations =
                new Dictionary<string, string> { [LayoutAnnotations.ContainerdName] = "docker.io/library/hello:2" } }] });
        byte[] archive = ImageFixture.Archive(("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()), Blob(config), Blob(gz),
            Blob(manifest), Blob(attestation), Blob(nested), ("index.json", index));
        Image image = _images.Load(archive).Single();
        Assert.Equal(image.Id, _images.Store.Resolve("hello:2").Id);
        Assert.Equal(Digest.Of(manifest), image.Manifest);
    }

    [Fact]
    public void AnArchiveFromBefore2016()
    {
        string low = new('1', 64), high = new('2', 64);
        byte[] archive = ImageFixture.Archive(
            ($"{low}/json",
                Encoding.ASCII.GetBytes($$$"""{"id":"{{{low}}}","created":"2015-01-02T03:04:05.123456789Z","""
                    + $$$""" "container_config":{"Cmd":["/bin/sh","-c","#(nop) ADD x"]}}""")), ($"{low}/layer.tar", _bottom),
            ($"{high}/json",
                Encoding.ASCII.GetBytes($$$"""{"id":"{{{high}}}","parent":"{{{low}}}","created":"2015-02-02T03:04:05Z","""
                    + $$$""" "config":{"Cmd":["sh"],"ExposedPorts":null}}""")), ($"{high}/layer.tar", _top),
            ("repositories", Encoding.ASCII.GetBytes($$$"""{"old":{"tag":"{{{high}}}"}}""")));
        Image image = _images.Load(archive).Single();
        Assert.Equal(["sh"], image.Config.Config!.Cmd!);
        Assert.Equal([Digest.Of(_bottom), Digest.Of(_top)], image.DiffIds);
        Assert.Equal(2, _images.Store.HistoryOf(image).Count);
        Assert.Equal("/bin/sh -c #(nop) ADD x", _images.Store.HistoryOf(image)[1].History.CreatedBy);
    }

    private const string Zeros = "sha256:0000000000000000000000000000000000000000000000000000000000000000", Forged = $"a@{Zeros}";

    public static TheoryData<string, string> DamagedIndexes => new()
    {
        { """{"manifests":[null]}""", "manifest index.json is damaged at $.manifests" },
        { """{"manifests":[DESCRIPTOR,"annotations":{"io.containerd.image.name":null}}]}""",
            "manifest index.json is damaged at $.manifests[0].annotations" },
        { $$$"""{"manifests":[DESCRIPTOR,"annotations":{"io.containerd.image.name":"docker.io/library/{{{Forged}}}"}}]}""",
            $"invalid tag \"docker.io/library/{Forged}\"" },
        { $$$"""{"manifests":[DESCRIPTOR,"annotations":{"org.opencontainers.image.ref.name":"{{{Forged}}}"}}]}""",
            $"invalid tag \"{Forged}\"" },
    };

    [Theory, MemberData(nameof(DamagedIndexes))]
    public void AnIndexThatDoesNotFitIsRefusedAndNothingStays(string index, string message) =>
        Refused(Layout(digest => index.Replace("DESCRIPTOR", $"{{\"digest\":\"{digest}\",\"size\":1")), message);

    /// <summary>A tool that had it by digest says so, and what it says is true.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(":1")]
    public void ANameWithTheDigestThatTheManifestHasIsTaken(string tag)
    {
        string name = "";
        Image image = _images.Load(Layout(digest =>
        {
            name = $"docker.io/library/honest{tag}@{digest}";
            return $$$$"""{"manifests":[{"digest":"{{{{digest}}}}","size":1,"annotations":{"io.containerd.image.name":"{{{{name}}}}"}}]}""";
        })).Single();
        Assert.Equal(image.Id, _images.Store.Resolve(tag.Length > 0 ? "honest:1" : name).Id);
        Assert.Single(_images.Store.NamesOf(image.Id));
    }

    [Theory]
    [InlineData("""{"leg":null}""", "repositories is damaged at $")]
    [InlineData("""{"leg":{"latest":null}}""", "repositories is damaged at $.leg")]
    [InlineData($$$"""{"leg":{"x@{{{Zeros}}}":"1"}}""", "invalid tag \"leg:x@")]
    public void NamesFromBefore2016ThatDoNotFitAreRefused(string repositories, string message) =>
        Refused(ImageFixture.Archive(("1/json", "{}"u8.ToArray()), ("1/layer.tar", _bottom),
            ("repositories", Encoding.ASCII.GetBytes(repositories))), message);

    [Theory]
    [InlineData("\"history\":[null]", "$.history")]
    [InlineData("\"config\":{\"Env\":[null]}", "$.config.Env")]
    [InlineData("\"config\":{\"Labels\":{\"a\":null}}", "$.config.Labels")]
    public void AConfigurationThatLaterFailedIsRefusedAtOnce(string damage, string place)
    {
        byte[] config = Encoding.ASCII.GetBytes(
            "{" + damage + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.Of(_bottom) + "\"]}}");
        Refused(ImageFixture.Archive(("a", _bottom), ("c.json", config),
            ("manifest.json", """[{"Config":"c.json","RepoTags":["x:y"],"Layers":["a"]}]"""u8.ToArray())), $"c.json is damaged at {place}");
    }

    /// <param name="index">Made of the manifest's digest.</param>
    private byte[] Layout(Func<string, string> index)
    {
        byte[] config = ImageFixture.Config([_bottom]);
        byte[] manifest =
            Json(new Manifest { Config = Descriptor(config, MediaTypes.Config), Layers = [Descriptor(_bottom, MediaTypes.Layer)] });
        return ImageFixture.Archive(Blob(config), Blob(_bottom), Blob(manifest),
            ("index.json", Encoding.ASCII.GetBytes(index(Digest.Of(manifest)))));
    }

    public static TheoryData<string, string> Damaged => new()
    {
        { """[{"Config":"c.json","RepoTags":["x:y"],"Layers":["missing","b"]}]""", "the layer \"missing\" is not in the archive" },
        { """[{"Config":"nope","RepoTags":["x:y"],"Layers":["a","b"]}]""", "the configuration \"nope\" is not in the archive" },
        { """[{"Config":"c.json","RepoTags":["x:y"],"Layers":["a"]}]""", "invalid manifest, layers length mismatch: expected 2, got 1" },
        { """[{"Config":"c.json","RepoTags":["x:y"],"Layers":["b","a"]}]""", "does not match its diff ID" },
        { """[{"Config":"c.json","RepoTags":["../x"],"Layers":["a","b"]}]""", "invalid reference format" },
        { """[{"Config":"../../c.json","RepoTags":["x:y"],"Layers":["a","b"]}]""", "is not in the archive" },
        { """[{"Config":"a","RepoTags":["x:y"],"Layers":["a","b"]}]""", "is damaged" },
        { "[]", "lists no image" },
        { "[{}]", "is damaged" },
        { "null", "is empty" },
        { "[null]", "manifest.json is damaged at $" },
        { """[{"Config":null,"RepoTags":["x:y"],"Layers":["a","b"]}]""", "manifest.json is damaged at $[0].Config" },
        { """[{"Config":"c.json","RepoTags":[null],"Layers":["a","b"]}]""", "manifest.json is damaged at $[0].RepoTags" },
        { """[{"Config":"c.json","RepoTags":["x:y"],"Layers":["a",null]}]""", "manifest.json is damaged at $[0].Layers" },
        { $$"""[{"Config":"c.json","RepoTags":["good:1","{{Forged}}"],"Layers":["a","b"]}]""", $"invalid tag \"{Forged}\"" },
        { $$"""[{"Config":"c.json","RepoTags":["a:1@{{Zeros}}"],"Layers":["a","b"]}]""", "invalid tag \"a:1@" },
        { """[{"Config":"c.json","RepoTags":["sha256:1"],"Layers":["a","b"]}]""", "ambiguous tag" },
        { "[", "is damaged" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void WhatDoesNotFitIsRefusedAndNothingStays(string manifest, string message)
    {
        byte[] archive = ImageFixture.Archive(("a", _bottom), ("b", _top), ("c.json", ImageFixture.Config([_bottom, _top])),
            ("manifest.json", Encoding.ASCII.GetBytes(manifest)));
        Refused(archive, message);
    }

    [Fact]
    public void OtherArchivesAreNoImages()
    {
        Refused(ImageFixture.Archive(("etc/passwd", "x"u8.ToArray())), "holds no image");
        Refused([], "is empty");
        Refused("no archive at all, but long enough to be looked at"u8.ToArray(), "archive");
        Refused(ImageFixture.Archive(("../manifest.json", "[]"u8.ToArray())), "leads out of the archive");
    }

    [Fact]
    public void AHostileLayerIsRefused()
    {
        byte[] evil = ImageFixture.Layer(("ok", "1"), ("../../../../escape", "x"));
        Refused(ImageFixture.DockerArchive("x:y", _bottom, evil), "\"../../../../escape\": the name leads out of the layer");
    }

    [Fact]
    public void CutAnywhereNothingStays()
    {
        byte[] archive = ImageFixture.DockerArchive("busybox:1", _bottom, _top);
        // From the last file's content on the archive is whole but for its end mark.
        for (int cut = 1; cut < archive.Length - 2048; cut += 509) Refused(archive[..cut], "");
    }

    [Fact]
    public void ALoadDoesNotLoseItsLayersToARemoval()
    {
        byte[] first = ImageFixture.DockerArchive("a:1", _bottom), second = ImageFixture.DockerArchive("b:1", _bottom, _top);
        for (int round = 0; round < 30; round++)
        {
            _images.Load(first);
            Parallel.Invoke(
                () => new ImageLoad(_images.Store).Run(new MemoryStream(second), true, _ => { }, default),
                () => _images.Store.Remove("a:1", force: true));
            Image image = _images.Store.Resolve("b:1");
            _images.Snapshotter.Prepare($"c{round}", image.ChainIds);
            Assert.All(image.Blobs, digest => Assert.True(_images.Store.Content.Contains(digest)));
            _images.Snapshotter.Remove($"c{round}");
            _images.Store.Remove("b:1", force: true);
        }
        Assert.Empty(_images.Leftovers());
    }

    [Fact]
    public void AfterARestartTheImageIsThereAndLeftoversAreNot()
    {
        Image image = _images.Load(ImageFixture.DockerArchive("busybox:1", _bottom, _top)).Single();
        string orphan = _images.Store.Content.Put("nobody's"u8);
        using (ILayerUnpack unpack = _images.Snapshotter.Unpack(null))
        {
            unpack.Apply(new MemoryStream(ImageFixture.Layer(("x", "y"))), default);
            unpack.Commit(unpack.DiffId, null);
        }
        _images.Reopen();
        Image again = _images.Store.Resolve("busybox:1");
        Assert.Equal((image.Id, image.Size, image.Manifest), (again.Id, again.Size, again.Manifest));
        Assert.False(_images.Store.Content.Contains(orphan));
        Assert.Equal(2, _images.Snapshotter.Layers.Count);
    }

    [Fact]
    public void WhatAPowerLossMayHaveHalvedIsNotTrusted()
    {
        Image image = _images.Load(ImageFixture.DockerArchive("busybox:1", _bottom)).Single();
        string record = Path.Combine(_images.Root, "image/overlay2/records", image.Id[7..] + ".json");
        Assert.True(SpinWait.SpinUntil(() => !File.ReadAllText(record).Contains("UnsyncedSince"), 30000), "the image settles");
        File.WriteAllText(record, File.ReadAllText(record).Replace("{\"Id\"", "{\"UnsyncedSince\":\"another boot\",\"Id\""));
        _images.Reopen();
        Assert.Equal(0, _images.Store.Count);
        Assert.Equal([record + ".damaged"], _images.Leftovers());
    }

    [Fact]
    public void ADamagedRecordCostsOneImage()
    {
        Image one = _images.Load(ImageFixture.DockerArchive("one:1", _bottom)).Single(),
            two = _images.Load(ImageFixture.DockerArchive("two:1", _top)).Single();
        _images.Store.Dispose();
        File.WriteAllText(Path.Combine(_images.Root, "image/overlay2/records", one.Id[7..] + ".json"), "{");
        _images.Reopen();
        Assert.Equal(two.Id, _images.Store.Resolve("two:1").Id);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<GantryException>(() => _images.Store.Resolve("one:1")).Kind);
    }

    [Theory]
    [InlineData("docker-archive:{0}:skopeo:1")]
    [InlineData("oci-archive:{0}:skopeo:1")]
    public void WhatSkopeoWrites(string destination)
    {
        Image image = _images.Load(ImageFixture.DockerArchive("from:1", _bottom, _top)).Single();
        string saved = Path.Combine(_images.Root, "saved.tar"), converted = Path.Combine(_images.Root, "converted.tar");
        File.WriteAllBytes(saved, _images.Save("from:1"));
        Run("skopeo", "copy", "--insecure-policy", $"docker-archive:{saved}", string.Format(destination, converted));
        Image loaded = _images.Load(File.ReadAllBytes(converted)).Single();
        Assert.Equal(image.DiffIds, loaded.DiffIds);
        Assert.Equal(["Loaded image: skopeo:1\n"], _images.Messages.Select(m => m.Stream));
    }

    private void Refused(byte[] archive, string message)
    {
        GantryException e = Assert.Throws<GantryException>(() => _images.Load(archive));
        Assert.True(e.Kind == ErrorKind.InvalidArgument, e.ToString());
        Assert.Contains(message, e.Message);
        Assert.Equal(0, _images.Store.Count);
        Assert.Empty(_images.Leftovers());
    }

    internal static string Run(string program, params string[] arguments)
    {
        ProcessStartInfo info = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {error.Result}");
        return output;
    }

    private static byte[] Json(Manifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Default.Manifest);

    private static Descriptor Descriptor(byte[] content, string type) =>
        new() { MediaType = type, Digest = Digest.Of(content), Size = content.Length };

    private static (string, byte[]) Blob(byte[] content) => ($"blobs/sha256/{Digest.Of(content)[7..]}", content);
}
