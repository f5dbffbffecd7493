using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>Layers that the engine made are sent compressed; all others as they came.</summary>
public sealed class CompressionTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("none")]
    public async Task OurOwnLayersAreSentCompressedOnceAndForAll(string compression)
    {
        // A daemon of its own: what one test compresses, another would find compressed.
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry", "--push-compression", compression == "gzip" ? "gzip" : "none");
        TestDaemon daemon = engine.Daemon;
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/{compression}:1", id = await engine.Inspect("busybox", "{{.Id}}");
        await engine.Ok("tag", "busybox", image);
        string[] choice = compression == "zstd" ? ["--compression", "zstd"] : [];
        Assert.Contains(": Pushed", await engine.Ok(["push", .. choice, image]));
        string first = (await Manifest(daemon, registry, compression)).ToJsonString();
        Assert.EndsWith(compression switch { "gzip" => ".tar+gzip", "zstd" => ".tar+zstd", _ => ".tar" },
            (await Manifest(daemon, registry, compression))["layers"]![0]!["mediaType"]!.GetValue<string>(), StringComparison.Ordinal);

        int uploads = registry.Uploads;
        Assert.Contains("Layer already exists", await engine.Ok("push", image));
        Assert.Equal(uploads, registry.Uploads);
        Assert.Equal(first, (await Manifest(daemon, registry, compression)).ToJsonString());
        // One form of each layer is kept, and the image is what it was: configuration, manifest, layer.
        Assert.Equal(3, Directory.GetFiles($"{daemon.DataRoot}/content/blobs/sha256").Length);
        Assert.Equal(id, await engine.Inspect("busybox", "{{.Id}}"));

        await daemon.Kill();
        await daemon.Start();
        await engine.Ok("push", image);
        Assert.Equal(first, (await Manifest(daemon, registry, compression)).ToJsonString());
        await engine.Ok("rmi", image, "busybox");
        Assert.Equal("again", await engine.Ok("run", "--rm", image, "echo", "again"));
        Assert.Equal(id, await engine.Inspect(image, "{{.Id}}"));
    }

    [Fact]
    public async Task WhatCameUncompressedGoesAsItCame()
    {
        Assert.SkipUnless(Programs.Find("skopeo") is not null, "skopeo is not installed");
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry", "--push-compression", "none");
        TestDaemon daemon = engine.Daemon;
        await using TestRegistry registry = await TestRegistry.Start(daemon.Machine);
        string image = $"{registry.Name}/tests/plain:1", copy = $"{registry.Name}/tests/copy:1";
        await engine.Ok("tag", "busybox", image);
        await engine.Ok("push", image);
        await engine.Ok("rmi", image, "busybox");
        await engine.Ok("pull", image);
        await engine.Ok("tag", image, copy);
        await engine.Ok("push", "--compression", "gzip", copy);
        Assert.Equal((await Manifest(daemon, registry, "plain")).ToJsonString(), (await Manifest(daemon, registry, "copy")).ToJsonString());
        Command.Result wrong = await engine.Run("push", "--compression", "brotli", copy);
        Assert.Equal(1, wrong.Code);
        Assert.Contains("one of gzip, zstd and none", wrong.Error);
    }

    private static async Task<JsonNode> Manifest(TestDaemon daemon, TestRegistry registry, string repository) =>
        JsonNode.Parse((await daemon.Machine.Run("curl", "-sf", "-H", "Accept: application/vnd.oci.image.manifest.v1+json",
            $"http://{registry.Name}/v2/tests/{repository}/manifests/1")).Succeeded())!;
}
