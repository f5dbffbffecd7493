using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Images;

/// <summary>What is behind an image's name, manifest by manifest, by the versions that tell it.</summary>
public sealed class ManifestTests : IDisposable
{
    private const string Listed = "filters=%7B%22reference%22%3A%5B%22both%22%5D%7D";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private async Task<Engine> Begin(string name = "gantry")
    {
        Engine engine = await Engine.WithItsOwnDaemon(name);
        await _scratch.Shell("mkdir c; printf 'FROM scratch\\nARG TARGETARCH\\nCOPY Dockerfile /\\n"
            + "LABEL for=$TARGETARCH\\nCMD x\\n' > c/Dockerfile");
        await new Engine("gantry", engine.Daemon).Ok("build", "--platform", "linux/amd64,linux/arm64", "--provenance=true", "--sbom=true",
            "-t", "both", _scratch["c"]);
        return engine;
    }

    private static async Task<JsonObject> Get(Engine engine, string path) => (await engine.Api.Get(path)).Json switch
    {
        JsonArray { Count: 1 } array => array[0]!.AsObject(), JsonNode one => one.AsObject(),
    };

    [Fact]
    public async Task AnIndexIsListedWithItsImagesAndWhatAttestsThem()
    {
        await using Engine engine = await Begin();
        string container = await engine.Ok("create", "--network", "none", "--platform", "linux/arm64", "both");
        foreach (string path in (string[])[$"/v1.47/images/json?manifests=1&{Listed}", "/v1.48/images/both/json?manifests=1"])
        {
            JsonNode[] all = [.. (await Get(engine, path))["Manifests"]!.AsArray().Select(one => one!)];
            Assert.Equal("image image attestation attestation", string.Join(' ', all.Select(one => (string)one["Kind"]!)));
            Assert.Equal("amd64 arm64",
                string.Join(' ', all.Take(2).Select(one => (string)one["ImageData"]!["Platform"]!["architecture"]!)));
            Assert.All(all, one => Assert.True((bool)one["Available"]!));
            Assert.All(all, one => Assert.Equal((string)one["ID"]!, (string)one["Descriptor"]!["digest"]!));
            Assert.All(all, one => Assert.Equal((long)one["Size"]!["Total"]!,
                (long)one["Size"]!["Content"]! + ((long?)one["ImageData"]?["Size"]!["Unpacked"] ?? 0)));
            Assert.Equal(all.Take(2).Select(one => (string)one["ID"]!), all.Skip(2).Select(one => (string)one["AttestationData"]!["For"]!));
            Assert.Equal([container], all[1]["ImageData"]!["Containers"]!.AsArray().Select(one => (string)one!));
            Assert.True((long)all[1]["ImageData"]!["Size"]!["Unpacked"]! > 0);
        }
        JsonObject image = await Get(engine, "/v1.48/images/both/json");
        Assert.Equal("application/vnd.oci.image.index.v1+json", (string)image["Descriptor"]!["mediaType"]!);
        Assert.False(image.ContainsKey("Manifests"));
        Assert.False((await Get(engine, $"/v1.46/images/json?manifests=1&{Listed}")).ContainsKey("Manifests"));
        JsonObject before = await Get(engine, "/v1.47/images/both/json?manifests=1");
        Assert.False(before.ContainsKey("Manifests") || before.ContainsKey("Descriptor"));
        // An image alone is one manifest.
        JsonNode only = Assert.Single((await Get(engine, "/v1.48/images/busybox/json?manifests=1"))["Manifests"]!.AsArray())!;
        Assert.Equal("image", (string)only["Kind"]!);
    }

    [Fact]
    public async Task ItsStatementsAreRead()
    {
        await using Engine engine = await Begin();
        const string path = "/images/both/attestations", provenance = "https://slsa.dev/provenance/v0.2";
        JsonArray all = (await engine.Api.Get(path)).Json.AsArray();
        Assert.Equal($"https://spdx.dev/Document {provenance}", string.Join(' ', all.Select(one => (string)one!["PredicateType"]!)));
        Assert.All(all, one => Assert.False(one!.AsObject().ContainsKey("Statement")));
        Assert.All(all, one => Assert.Equal("application/vnd.in-toto+json", (string)one!["Descriptor"]!["mediaType"]!));
        string arm = "platform=" + Uri.EscapeDataString("""{"os":"linux","architecture":"arm64"}""");
        JsonNode said = Assert.Single((await engine.Api.Get($"{path}?{arm}&statement=1&type={Uri.EscapeDataString(provenance)}"))
            .Json.AsArray())!["Statement"]!;
        Assert.Equal(provenance, (string)said["predicateType"]!);
        string subject = (string)said["subject"]![0]!["digest"]!["sha256"]!;
        JsonArray manifests = (await Get(engine, "/v1.48/images/both/json?manifests=1"))["Manifests"]!.AsArray();
        Assert.Equal((string)manifests[1]!["ID"]!, "sha256:" + subject);
        Assert.Empty((await engine.Api.Get($"{path}?type=other")).Json.AsArray());
        Assert.Empty((await engine.Api.Get("/images/busybox/attestations")).Json.AsArray());
        string other = "platform=" + Uri.EscapeDataString("""{"os":"linux","architecture":"s390x"}""");
        foreach ((int status, string asked) in ((int, string)[])
            [(404, $"{path}?{other}"), (400, $"{path}?{arm}&{other}"), (400, $"{path}?platform=%7B"),
                (404, "/images/nosuch/attestations"), (404, $"/images/busybox/attestations?{other}")])
            Assert.Equal((status, asked), ((int)(await engine.Api.Get(asked)).Status, asked));
    }

    [Theory]
    [InlineData("gantry"), InlineData("docker")]
    public async Task ATreeShowsThePlatforms(string name)
    {
        Engine.SkipUnlessInstalled(name);
        await using Engine engine = await Begin(name);
        string tree = await engine.Ok("image", "ls", "--tree");
        Assert.Matches("(?s)both.*linux/amd64.*linux/arm64", tree);
    }
}
