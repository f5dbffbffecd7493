using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Registries;

namespace Gantry.EndToEnd.Builds;

/// <summary>One build for several platforms. What stands in for another machine's image has this machine's programs, so that they
/// run.</summary>
public sealed class MultiPlatformTests(SharedDaemons daemons) : IDisposable
{
    private const string Both = "linux/amd64,linux/arm64";

    private const string Dockerfile = "FROM --platform=$BUILDPLATFORM busybox AS tools\nARG TARGETPLATFORM BUILDPLATFORM\n"
        + "RUN echo $BUILDPLATFORM for $TARGETPLATFORM > /made\n"
        + "FROM base-$TARGETARCH\nARG TARGETARCH\nCOPY --from=tools /made /\nRUN echo ran for $TARGETARCH >> /made\nCMD cat /made\n";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private async Task<Engine> Begin()
    {
        Engine engine = await Engine.WithItsOwnDaemon("gantry");
        Assert.SkipUnless(await engine.Inspect("busybox", "{{.Architecture}}") == "amd64", "the test is written for amd64");
        await engine.Ok("tag", "busybox", "base-amd64");
        await engine.Ok("import", "--platform", "linux/arm64", await BaseImage.Archive, "base-arm64");
        await Write(Dockerfile);
        return engine;
    }

    private async Task Write(string dockerfile)
    {
        Directory.CreateDirectory(_scratch["c"]);
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
    }

    [Fact]
    public async Task AnIndexIsRunSavedAndPushedForEachPlatform()
    {
        await using Engine engine = await Begin();
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string name = $"{registry.Name}/tests/multi:1", meta = _scratch["meta"];
        string built = await engine.Ok("build", "--platform", Both, "-t", name, "--metadata-file", meta, "--push", _scratch["c"]);
        Assert.Contains("Platform linux/amd64\n", built);
        Assert.Contains("Platform linux/arm64\n", built);
        const string Here = "linux/amd64 for linux/amd64\nran for amd64", There = "linux/amd64 for linux/arm64\nran for arm64";
        Assert.Equal(Here, await engine.Ok("run", "--rm", "--network", "none", name));
        Assert.Equal(There, await engine.Ok("run", "--rm", "--network", "none", "--platform", "linux/arm64", name));
        Command.Result neither = await engine.Run("create", "--platform", "linux/s390x", "--pull", "never", name);
        Assert.Contains("does not provide the specified platform (linux/s390x)", neither.Error);

        JsonNode index = JsonNode.Parse(await Manifest(engine, name, "1"))!;
        Assert.Equal("application/vnd.oci.image.index.v1+json", (string)index["mediaType"]!);
        Assert.Equal(["amd64", "arm64"], index["manifests"]!.AsArray().Select(one => (string)one!["platform"]!["architecture"]!));
        string digest = (string)JsonNode.Parse(await File.ReadAllTextAsync(meta))!["containerimage.digest"]!;
        Assert.Contains(digest, await engine.Ok("inspect", "-f", "{{.RepoDigests}}", name));
        Assert.Equal(index.ToJsonString(), JsonNode.Parse(await Manifest(engine, name, digest))!.ToJsonString());

        // What the store has is whole, is saved as it is, and comes again for each platform.
        await engine.Ok("system", "check");
        await engine.Ok("save", "-o", _scratch["saved.tar"], name);
        Assert.Contains(digest, await _scratch.Shell("tar xOf saved.tar index.json"));
        Assert.Contains(digest[7..], await _scratch.Shell("tar tf saved.tar"));
        await engine.Ok("rmi", "-f", name);
        await engine.Ok("pull", "--platform", "linux/arm64", name);
        Assert.Equal("arm64", await engine.Inspect(name, "{{.Architecture}}"));
        await engine.Ok("pull", name);
        Assert.Equal(Here, await engine.Ok("run", "--rm", "--network", "none", name));
    }

    [Fact]
    public async Task WhatBeginsFromAnIndexBeginsFromItsOwnPlatform()
    {
        await using Engine engine = await Begin();
        await engine.Ok("build", "--platform", "linux/arm64", "--platform", "linux/amd64", "-t", "both", _scratch["c"]);
        // The image under the name is this machine's, and the index stays with it when the daemon begins anew.
        Assert.Equal("amd64", await engine.Inspect("both", "{{.Architecture}}"));
        await engine.Daemon.Kill();
        await engine.Daemon.Start();
        await Write("FROM both\nRUN cat /made > /again\nCMD cat /again\n");
        await engine.Ok("build", "--platform", "linux/arm64", "-t", "there", _scratch["c"]);
        Assert.Equal("linux/amd64 for linux/arm64\nran for arm64", await engine.Ok("run", "--rm", "--network", "none", "there"));
        Assert.Equal("arm64", await engine.Inspect("there", "{{.Architecture}}"));
        string again = await engine.Ok("build", "--platform", Both, "-t", "second", _scratch["c"]);
        Assert.Contains("Using cache", again.Split("Platform linux/arm64")[1]);
        await engine.Ok("image", "prune", "-f");
        Assert.Equal("linux/amd64 for linux/arm64\nran for arm64",
            await engine.Ok("run", "--rm", "--network", "none", "--platform", "linux/arm64", "second"));
        await engine.Ok("system", "check");
    }

    [Fact]
    public async Task AnArchiveHasTheIndexAndItsAnnotations()
    {
        await using Engine engine = await Begin();
        await engine.Ok("build", "--platform", Both, "-o", $"type=oci,dest={_scratch["i.tar"]}", "-t", "archived", "--annotation",
            "index:of=all", "--annotation", "manifest[linux/arm64],manifest-descriptor[linux/arm64]:of=arm", "--annotation", "plain=1",
            _scratch["c"]);
        const string Read = "import json, tarfile\nt = tarfile.open('i.tar')\n"
            + "b = lambda d: json.load(t.extractfile('blobs/' + d['digest'].replace(':', '/')))\n"
            + "top = json.load(t.extractfile('index.json'))['manifests'][0]\ni = b(top)\n"
            + "print(i['annotations'], *[(m['platform']['architecture'], m.get('annotations'), b(m)['annotations']) "
            + "for m in i['manifests']])\n";
        await File.WriteAllTextAsync(_scratch["read.py"], Read);
        Assert.Equal("{'of': 'all'} ('amd64', None, {'plain': '1'}) ('arm64', {'of': 'arm'}, {'of': 'arm', 'plain': '1'})",
            (await _scratch.Shell("python3 read.py")).Trim());
        Assert.Equal("", await engine.Ok("images", "-q", "archived"));
        await engine.Ok("load", "-i", _scratch["i.tar"]);
        Assert.EndsWith("ran for amd64", await engine.Ok("run", "--rm", "--network", "none", "archived"));
    }

    [Theory]
    [InlineData("platform-split=false is not supported", "-o", "type=local,dest=out,platform-split=false")]
    [InlineData("docker exporter does not currently support exporting manifest lists", "-o", "type=docker,dest=x.tar")]
    [InlineData("a cache that goes elsewhere is of one platform", "--cache-to", "registry.invalid/x")]
    public async Task WhatCannotBeOfSeveralPlatformsIsRefused(string why, params string[] options)
    {
        Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        await Write("FROM busybox\n");
        Command.Result refused = await engine.Run(["build", "--platform", Both, .. options, _scratch["c"]]);
        Assert.Equal(1, refused.Code);
        Assert.Contains(why, refused.Error);
    }

    [Fact]
    public async Task FilesOfEachPlatformHaveADirectoryOfItsName()
    {
        await using Engine engine = await Begin();
        await engine.Ok("build", "--platform", Both, "-o", _scratch["out"], _scratch["c"]);
        await engine.Ok("build", "--platform", Both, "-o", $"type=tar,dest={_scratch["out.tar"]}", _scratch["c"]);
        await _scratch.Shell("mkdir unpacked && tar xf out.tar -C unpacked");
        foreach (string directory in (string[])["out", "unpacked"])
        {
            Assert.Equal("linux_amd64\nlinux_arm64", (await _scratch.Shell($"ls {directory}")).Trim());
            Assert.Equal("linux/amd64 for linux/arm64\nran for arm64", (await _scratch.Shell($"cat {directory}/linux_arm64/made")).Trim());
            Assert.Equal("linux/amd64 for linux/amd64\nran for amd64", (await _scratch.Shell($"cat {directory}/linux_amd64/made")).Trim());
        }
        // One alone has none, unless it is asked for.
        await engine.Ok("build", "--platform", "linux/arm64", "-o", _scratch["one"], _scratch["c"]);
        await engine.Ok("build", "--platform", "linux/arm64", "-o", $"type=local,dest={_scratch["split"]},platform-split=true",
            _scratch["c"]);
        await _scratch.Shell("cmp one/made split/linux_arm64/made");
    }

    /// <summary>Each waits for the other: one after the other they would wait for ever.</summary>
    [Fact]
    public async Task PlatformsAreBuiltSideBySideAndWhatTheyShareIsMadeOnce()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "one processor builds one platform at a time");
        await using Engine engine = await Begin();
        await Write("FROM --platform=$BUILDPLATFORM busybox AS shared\nRUN echo shared >> /met/log\n".Replace("RUN", Meeting)
            + "FROM base-$TARGETARCH\nARG TARGETARCH\nCOPY --from=shared /bin/true /t\n"
            + $"{Meeting} touch /met/$TARGETARCH; for i in $(seq 600); do test -e /met/amd64 -a -e /met/arm64 && exit; sleep 0.1; done; "
            + "exit 1\n");
        string told = await engine.Ok("build", "--no-cache", "--platform", Both, "-t", "met", _scratch["c"]);
        Assert.True(told.IndexOf("Platform linux/amd64\n", StringComparison.Ordinal)
            < told.IndexOf("Platform linux/arm64\n", StringComparison.Ordinal), told);
        await Write($"FROM busybox\n{Meeting} cat /met/log\n");
        Assert.Single((await engine.Ok("build", "--no-cache", _scratch["c"])).Split('\n'), line => line.Trim() == "shared");
    }

    private const string Meeting = "RUN --mount=type=cache,target=/met";

    [Fact]
    public async Task AFailureNamesItsPlatform()
    {
        await using Engine engine = await Begin();
        await Write("FROM base-$TARGETARCH\nARG TARGETARCH\nRUN test $TARGETARCH = amd64 || { echo why it failed; exit 7; }\n");
        Command.Result failed = await engine.Run("build", "--platform", Both, _scratch["c"]);
        Assert.Equal(7, failed.Code);
        Assert.Contains("linux/arm64: The command", failed.Error);
        Assert.Contains("why it failed", failed.All);
        await Write("FROM base-$TARGETARCH\nCOPY nosuch /\n");
        Assert.Matches("linux/(amd|arm)64: COPY failed", (await engine.Run("build", "--platform", Both, _scratch["c"])).Error);
    }

    /// <summary>Of the context what any of them takes is asked for.</summary>
    [Fact]
    public async Task EachTakesItsOwnFiles()
    {
        await using Engine engine = await Begin();
        await Write("FROM base-$TARGETARCH\nARG TARGETARCH\nCOPY for-$TARGETARCH /made\n");
        await _scratch.Shell("echo one > c/for-amd64; echo other > c/for-arm64; head -c 30000000 /dev/urandom > c/large");
        await engine.Ok("build", "--platform", Both, "-o", _scratch["out"], _scratch["c"]);
        Assert.Equal("one\nother", (await _scratch.Shell("cat out/linux_amd64/made out/linux_arm64/made")).Trim());
        var kept = (await engine.Api.Get("/system/df?type=build-cache")).Json["BuildCache"]!.AsArray();
        Assert.All(kept.Where(one => (string)one!["Type"]! == "source.local"), one => Assert.InRange((long)one!["Size"]!, 1, 100_000));
    }

    /// <summary>Docker's own builder has no word for several; it says so in these.</summary>
    [Theory, BuildingDaemon]
    public async Task TheClassicDoorIsForOnePlatform(DaemonKind kind)
    {
        Engine.SkipUnlessInstalled(kind == DaemonKind.Docker ? "dockerd" : "gantry");
        Engine engine = new("gantry", await daemons.Of(kind));
        await Write("FROM busybox\n");
        string said = await _scratch.Shell("tar -C c -c . | curl -s -w '\n%{http_code}' -X POST --unix-socket "
            + $"{engine.Daemon.Socket} -H 'Content-Type: application/x-tar' --data-binary @- 'http://d/v1.41/build?platform={Both}'");
        Assert.Equal("{\"message\":\"\\\"amd64,linux\\\" is an invalid component of \\\"linux/amd64,linux/arm64\\\": platform specifier "
            + "component must match \\\"^[A-Za-z0-9_-]+$\\\": invalid argument\"}400", said.Replace("\n", ""));
    }

    [Fact]
    public async Task ACommandOfAnotherMachineSaysWhatIsMissing()
    {
        await using Engine engine = await Begin();
        Assert.SkipUnless(!File.Exists("/proc/sys/fs/binfmt_misc/qemu-aarch64"), "this machine runs programs of arm64");
        // The head of a program for arm64, and nothing behind it.
        await _scratch.Shell("mkdir -p c/bin; printf '\\177ELF\\002\\001\\001\\0\\0\\0\\0\\0\\0\\0\\0\\0\\002\\0\\267\\0' > c/bin/sh; "
            + "head -c 4096 /dev/zero >> c/bin/sh; chmod 755 c/bin/sh");
        await Write("FROM scratch\nCOPY bin /bin\nRUN true\n");
        Command.Result failed = await engine.Run("build", "--platform", "linux/arm64", _scratch["c"]);
        Assert.Equal(1, failed.Code);
        Assert.Contains("exec format error", failed.Error);
        Assert.Contains("this machine's programs are of linux/amd64", failed.Error);
        Assert.Contains("qemu-user-static", failed.Error);
    }

    private static async Task<string> Manifest(Engine engine, string name, string reference)
    {
        string host = name.Split('/')[0], path = name[(host.Length + 1)..].Split(':')[0];
        return (await engine.Machine.Run("curl", "-s", "-H", "Accept: application/vnd.oci.image.index.v1+json",
            $"http://{host}/v2/{path}/manifests/{reference}")).Output;
    }
}
