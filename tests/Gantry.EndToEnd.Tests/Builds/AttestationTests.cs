using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Registries;

namespace Gantry.EndToEnd.Builds;

/// <summary>What images are attested with, as who reads them finds it.</summary>
public sealed class AttestationTests(SharedDaemons daemons) : IDisposable
{
    private const string Dockerfile = "FROM busybox AS made\nRUN --mount=type=secret,id=key echo x > /x\nFROM busybox\nARG WORD\n"
        + "COPY status /var/lib/dpkg/status\nCOPY --from=made /x /\nRUN echo $WORD > /word\nCMD cat /word\n";

    // Prints, for each image, what is said of it: platform, whether it is said of that image, and the statements.
    private const string Reader = """
        import json, sys, tarfile
        t = tarfile.open(sys.argv[1])
        b = lambda d: json.load(t.extractfile('blobs/' + d['digest'].replace(':', '/')))
        i = b(json.load(t.extractfile('index.json'))['manifests'][0])
        images = {m['digest']: m['platform']['architecture'] for m in i['manifests'] if m['platform']['os'] != 'unknown'}
        said = []
        for m in i['manifests']:
            if m['platform']['os'] != 'unknown': continue
            a = m['annotations']
            assert a['vnd.docker.reference.type'] == 'attestation-manifest'
            of = a['vnd.docker.reference.digest']
            doc = b(m)
            assert b(doc['config'])['rootfs']['diff_ids'] == [l['digest'] for l in doc['layers']]
            for l in doc['layers']:
                s = b(l)
                assert l['mediaType'] == 'application/vnd.in-toto+json'
                assert s['predicateType'] == l['annotations']['in-toto.io/predicate-type']
                assert all(x['digest']['sha256'] == of.split(':')[1] for x in s['subject'])
                said.append({'of': images[of], **s})
        print(json.dumps(said))
        """;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private async Task Write(string dockerfile = Dockerfile)
    {
        Directory.CreateDirectory(_scratch["c"]);
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
        await File.WriteAllTextAsync(_scratch["c/status"],
            "Package: hello\nStatus: install ok installed\nVersion: 2.10-3\nArchitecture: amd64\nMaintainer: S V <sv@debian.org>\n");
        await File.WriteAllTextAsync(_scratch["key"], "treasure");
        await File.WriteAllTextAsync(_scratch["read.py"], Reader);
    }

    private async Task<JsonNode[]> Said(string archive) =>
        [.. JsonNode.Parse(await _scratch.Shell($"python3 read.py {archive}"))!.AsArray().Select(one => one!)];

    private static string Text(JsonNode? node) => (string)node!;

    [Fact]
    public async Task AnImageIsSavedAndPushedWithWhatIsSaidOfIt()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string name = $"{registry.Name}/tests/attested:1";
        await Write();
        await engine.Ok("build", "--provenance", "mode=max,builder-id=https://build.example/1", "--sbom=true", "--build-arg", "WORD=said",
            "--secret", $"id=key,src={_scratch["key"]}", "-t", name, "--push", "--metadata-file", _scratch["meta"], _scratch["c"]);
        await engine.Ok("save", "-o", _scratch["saved.tar"], name);
        JsonNode[] said = await Said("saved.tar");
        Assert.Equal(["https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2"], said.Select(one => Text(one["predicateType"])));
        JsonNode packages = said[0]["predicate"]!, how = said[1]["predicate"]!;
        Assert.Equal("SPDX-2.3", Text(packages["spdxVersion"]));
        JsonNode hello = Assert.Single(packages["packages"]!.AsArray())!;
        Assert.Equal(("hello", "2.10-3", "Person: S V (sv@debian.org)"),
            (Text(hello["name"]), Text(hello["versionInfo"]), Text(hello["supplier"])));
        Assert.Equal("pkg:deb/debian/hello@2.10-3?arch=amd64", Text(hello["externalRefs"]![0]!["referenceLocator"]));
        Assert.Equal("https://build.example/1", Text(how["builder"]!["id"]));
        Assert.StartsWith("pkg:docker/busybox@latest?", Text(how["materials"]![0]!["uri"]));
        JsonNode parameters = how["invocation"]!["parameters"]!;
        Assert.Equal("said", Text(parameters["args"]!["build-arg:WORD"]));
        Assert.Equal("key", Text(parameters["secrets"]![0]!["id"]));
        Assert.StartsWith($"pkg:docker/{registry.Name}/tests/attested@1?platform=linux%2F", Text(said[1]["subject"]![0]!["name"]));
        string file = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(
            Text(how["metadata"]!["https://mobyproject.org/buildkit@v1#metadata"]!["source"]!["infos"]![0]!["data"])));
        Assert.Equal(Dockerfile, file);
        Assert.DoesNotContain("treasure", string.Concat(said.Select(one => one.ToJsonString())));

        // The registry has all of it, and whoever pulls gets the image.
        string digest = Text(JsonNode.Parse(await File.ReadAllTextAsync(_scratch["meta"]))!["containerimage.digest"]);
        await engine.Ok("rmi", "-f", name);
        await engine.Ok("pull", $"{name.Split(":1")[0]}@{digest}");
        await engine.Ok("pull", name);
        Assert.Equal("said", await engine.Ok("run", "--rm", "--network", "none", name));
        await engine.Ok("system", "check");
    }

    [Fact]
    public async Task LessIsSaidUnlessAllIsAskedFor()
    {
        Engine.SkipUnlessInstalled("gantry");
        Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        await Write();
        await engine.Ok("build", "--attest", "type=provenance,version=v1,reproducible=true", "--attest", "type=sbom", "--sbom=false",
            "--build-arg", "WORD=hidden", "-o", $"type=oci,dest={_scratch["i.tar"]}", _scratch["c"]);
        JsonNode said = Assert.Single(await Said("i.tar"));
        Assert.Equal(("https://slsa.dev/provenance/v1", "_"), (Text(said["predicateType"]), Text(said["subject"]![0]!["name"])));
        JsonNode definition = said["predicate"]!["buildDefinition"]!, run = said["predicate"]!["runDetails"]!;
        Assert.Equal("Dockerfile", Text(definition["externalParameters"]!["configSource"]!["path"]));
        Assert.StartsWith("pkg:docker/busybox@latest?", Text(definition["resolvedDependencies"]![0]!["uri"]));
        Assert.True((bool)run["metadata"]!["buildkit_reproducible"]!);
        JsonNode when = run["metadata"]!;
        Assert.True(DateTimeOffset.Parse(Text(when["startedOn"])) <= DateTimeOffset.Parse(Text(when["finishedOn"])));
        Assert.DoesNotContain("hidden", said.ToJsonString());
        Assert.DoesNotContain("\"key\"", said.ToJsonString());
    }

    [Fact]
    public async Task EachPlatformIsAttestedByItself()
    {
        Engine.SkipUnlessInstalled("gantry");
        Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        await Write("FROM scratch\nARG TARGETARCH\nCOPY status /var/lib/dpkg/status\nLABEL for=$TARGETARCH\n");
        string told = await engine.Ok("build", "--platform", "linux/amd64,linux/arm64", "--provenance=true", "--sbom=true",
            "-o", $"type=oci,dest={_scratch["i.tar"]}", _scratch["c"]);
        JsonNode[] said = await Said("i.tar");
        Assert.Equal(["amd64", "amd64", "arm64", "arm64"], said.Select(one => Text(one["of"])));
        Assert.DoesNotContain("[Warning]", told);
        await Write("FROM scratch\nCOPY Dockerfile /\n");
        Assert.Contains("[Warning] the scan for packages knows the lists of dpkg and apk, and has found none", await engine.Ok("build",
            "--sbom=true", "-o", $"type=oci,dest={_scratch["i.tar"]}", _scratch["c"]));
    }

    [Theory]
    [InlineData(1, "attestations are of an image, and this build gives files", "--sbom=true", "-o", "out")]
    [InlineData(1, "docker exporter does not currently support exporting manifest lists", "--sbom=true", "-o", "type=docker,dest=x")]
    [InlineData(125, "mode is min or max", "--provenance=mode=huge")]
    [InlineData(125, "no generator is run", "--sbom=generator=some/image")]
    [InlineData(125, "type=provenance or type=sbom is needed", "--attest", "type=other")]
    [InlineData(125, "\"inline-only\" is not supported for provenance", "--provenance=inline-only=true")]
    public async Task WhatCannotBeIsRefused(int code, string why, params string[] options)
    {
        Engine.SkipUnlessInstalled("gantry");
        Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        await Write("FROM busybox\n");
        Command.Result refused = await engine.Run(["build", .. options, _scratch["c"]]);
        Assert.Equal((code, refused.Error), (refused.Code, refused.Error));
        Assert.Contains(why, refused.Error);
    }
}
