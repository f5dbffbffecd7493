using System.Net.Sockets;
using System.Text;
using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.GatewayApi;
using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.BuildKit.Protocol.StatusApi;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Google.Protobuf;
using Grpc.Core;
using SolveRequest = Gantry.BuildKit.Protocol.ControlApi.SolveRequest;
using SolveResponse = Gantry.BuildKit.Protocol.ControlApi.SolveResponse;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>Clients that call the builder in the daemon, as buildx does: gRPC's own client and server are the other side.</summary>
public sealed class CallBuildTests(SharedDaemons daemons) : IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();
    private readonly string _tag = $"call-build-{Interlocked.Increment(ref _names)}";
    private readonly ClientFiles _files = new();

    public void Dispose() => _scratch.Dispose();

    private async Task<Engine> Use() => new("docker", await daemons.Of(DaemonKind.Gantry));

    [Fact]
    public async Task AClientThatIsTheFrontEndBuildsReadsAndExports()
    {
        await using Engine engine = await Use();
        string once = Guid.NewGuid().ToString("N");
        _files.Dockerfile = $"FROM busybox\nCOPY a /a\nRUN echo said {once}; ln -s /a /link\nENV A=b\n";
        _files.Context.Add(("a", Encoding.UTF8.GetBytes(once)));
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        string build = KitBuilds.NewName();
        SolveRequest request = KitBuilds.Request(build, session, "moby", _tag);
        request.Exporters.Add(new Exporter { Type = "tar" });
        request.Exporters.Add(new Exporter { Type = "docker", Attrs = { ["name"] = _tag + "-archive" } });
        (SolveResponse answer, var solved, IReadOnlyList<StatusResponse> told) =
            await KitBuilds.BuildAsync(client, request, KitBuilds.Dockerfile());
        Assert.Equal(await engine.Ok("image", "inspect", "-f", "{{.Id}}", _tag), answer.ExporterResponse["containerimage.config.digest"]);
        Assert.Contains("A=b", solved.Result.Metadata["containerimage.config"].ToStringUtf8());
        Assert.Contains($"said {once}", KitBuilds.LogOf(told));
        Assert.Contains(told.SelectMany(one => one.Vertexes), vertex => vertex.Name == "[2/3] COPY a /a");
        Assert.Equal(once, await engine.Ok("run", "--rm", _tag, "cat", "/a"));
        await File.WriteAllBytesAsync(_scratch["files.tar"], _files.Given["1"]);
        Assert.Equal(once, await _scratch.Shell("tar xOf files.tar a"));
        await File.WriteAllBytesAsync(_scratch["image.tar"], _files.Given["2"]);
        Assert.Contains($"{_tag}-archive", await _scratch.Shell("tar xOf image.tar manifest.json"));
        // Files of the result, as long as the client is there.
        Metadata of = KitClient.Of(build);
        string id = solved.Result.Ref.Id;
        ReadFileResponse read = await client.Bridge.ReadFileAsync(new ReadFileRequest { Ref = id, FilePath = "link" }, of);
        Assert.Equal(once, read.Data.ToStringUtf8());
        Assert.Equal(once.Length, (await client.Bridge.StatFileAsync(new StatFileRequest { Ref = id, Path = "/a" }, of)).Stat.Size);
        Assert.Contains((await client.Bridge.ReadDirAsync(new ReadDirRequest { Ref = id, DirPath = "/" }, of)).Entries,
            entry => entry.Path.ToStringUtf8() == "link" && entry.Linkname.ToStringUtf8() == "/a");
        RpcException missed = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.Bridge.ReadFileAsync(new ReadFileRequest { Ref = id, FilePath = "../nosuch" }, of));
        Assert.Equal(StatusCode.NotFound, missed.StatusCode);
    }

    [Fact]
    public async Task ATargetBeginsFromWhatTheClientHasBuiltBefore()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        _files.Dockerfile = "FROM busybox\nRUN echo first > /first\nENV FIRST=1\n";
        (_, var first, _) = await KitBuilds.BuildAsync(client, KitBuilds.Request(KitBuilds.NewName(), session), KitBuilds.Dockerfile());
        _files.Dockerfile = "FROM one\nRUN echo $FIRST > /second\nCOPY --from=one /first /third\n";
        var asked = KitBuilds.Dockerfile(("context:one", "input:one"));
        asked.FrontendInputs.Add("one", first.Result.Ref.Def);
        await KitBuilds.BuildAsync(client, KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag), asked);
        Assert.Equal("first\n1\nfirst", await engine.Ok("run", "--rm", _tag, "cat", "/first", "/second", "/third"));
        // What one connection has built is no other's for ever.
        using KitClient other = await KitClient.OpenAsync(engine.Daemon.Socket);
        client.Cut();
        await Eventually.True(async () =>
        {
            try
            {
                var again = KitBuilds.Dockerfile(("context:one", "input:one"));
                again.FrontendInputs.Add("one", first.Result.Ref.Def);
                await KitBuilds.BuildAsync(other, KitBuilds.Request(KitBuilds.NewName(), session), again);
                return false;
            }
            catch (RpcException e)
            {
                return e.StatusCode == StatusCode.NotFound;
            }
        }, "the result has gone with its connection");
    }

    [Fact]
    public async Task SeveralPlatformsAreOneResultThatIsAttestedAndBegunFrom()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        const string both = "linux/amd64,linux/arm64";
        _files.Dockerfile = "FROM scratch\nARG TARGETARCH\nCOPY for-$TARGETARCH /made\nENV FOR=$TARGETARCH\n";
        _files.Context.AddRange([("for-amd64", "one"u8.ToArray()), ("for-arm64", "other"u8.ToArray()), ("large", new byte[1 << 20])]);
        SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag);
        request.Exporters.Add(new Exporter { Type = "tar" });
        request.Exporters.Add(new Exporter { Type = "oci" });
        (SolveResponse answer, var solved, IReadOnlyList<StatusResponse> told) = await KitBuilds.BuildAsync(client, request,
            KitBuilds.Dockerfile(("platform", both)));
        Assert.Equal(["linux/amd64", "linux/arm64"], solved.Result.Refs.Refs.Keys.Order());
        Assert.Contains("FOR=arm64", solved.Result.Metadata["containerimage.config/linux/arm64"].ToStringUtf8());
        Assert.Equal("[{\"ID\":\"linux/amd64\",\"Platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}},"
            + "{\"ID\":\"linux/arm64\",\"Platform\":{\"architecture\":\"arm64\",\"os\":\"linux\"}}]",
            System.Text.Json.Nodes.JsonNode.Parse(solved.Result.Metadata["refs.platforms"].ToStringUtf8())!["Platforms"]!.ToJsonString());
        Assert.Contains(told.SelectMany(one => one.Vertexes), vertex => vertex.Name == "[linux/arm64 1/1] COPY for-arm64 /made");
        Assert.Equal("for-amd64 for-arm64", string.Join(' ', _files.Told.Skip(1).SelectMany(paths => paths)));
        await File.WriteAllBytesAsync(_scratch["files.tar"], _files.Given["1"]);
        Assert.Equal("one other",
            await _scratch.Shell("tar xOf files.tar linux_amd64/made; printf ' '; tar xOf files.tar linux_arm64/made"));
        await File.WriteAllBytesAsync(_scratch["image.tar"], _files.Given["2"]);
        Assert.Contains(answer.ExporterResponse["containerimage.digest"], await _scratch.Shell("tar xOf image.tar index.json"));
        Assert.Equal("amd64", await engine.Ok("image", "inspect", "-f", "{{.Architecture}}", _tag));
        ReadFileResponse read = await client.Bridge.ReadFileAsync(new ReadFileRequest
        {
            Ref = solved.Result.Refs.Refs["linux/arm64"].Id, FilePath = "made",
        }, KitClient.Of(request.Ref));
        Assert.Equal("other", read.Data.ToStringUtf8());

        // Another target begins from each of them, and is attested.
        _files.Dockerfile = "FROM one\nARG TARGETARCH\nCOPY --from=one /made /again\nLABEL again=$FOR\n";
        var asked = KitBuilds.Dockerfile(("platform", both), ("attest:provenance", "mode=max"), ("attest:sbom", ""),
            ("context:one::linux/amd64", "input:one::linux/amd64"), ("context:one::linux/arm64", "input:one::linux/arm64"));
        foreach ((string platform, Ref part) in solved.Result.Refs.Refs) asked.FrontendInputs.Add($"one::{platform}", part.Def);
        await KitBuilds.BuildAsync(client, KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag + "-again"), asked);
        var manifests = System.Text.Json.Nodes.JsonNode.Parse((await engine.Api.Get($"/v1.48/images/{_tag}-again/json?manifests=1")).Body)!
            ["Manifests"]!.AsArray();
        Assert.Equal("image image attestation attestation", string.Join(' ', manifests.Select(one => (string)one!["Kind"]!)));
        Assert.Equal("{\"again\":\"amd64\"}", await engine.Ok("image", "inspect", "-f", "{{json .Config.Labels}}", _tag + "-again"));
        var statements = (await engine.Api.Get($"/images/{_tag}-again/attestations?statement=1")).Json.AsArray();
        Assert.Equal(2, statements.Count);
    }

    [Fact]
    public async Task AFailureIsToldByTheFrontEndAndByTheBuild()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        foreach ((string dockerfile, string expected) in ((string, string)[])
            [("FROM busybox\nRUN exit 7", "did not complete successfully: exit code: 7"), ("FROM busybox\nFOO", "unknown instruction: FOO"),
                ("FROM busybox\nCOPY nosuch /", "not found")])
        {
            _files.Dockerfile = dockerfile;
            RpcException failure = await Assert.ThrowsAsync<RpcException>(() => KitBuilds.BuildAsync(client,
                KitBuilds.Request(KitBuilds.NewName(), session, "moby"), KitBuilds.Dockerfile()));
            Assert.Contains(expected, failure.Status.Detail);
        }
    }

    [Fact]
    public async Task WhatIsNotDoneIsRefusedInWords()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        Op step = new() { Exec = new ExecOp() };
        foreach ((string expected, Action<SolveRequest> change) in ((string, Action<SolveRequest>)[])
        [
            ("needs a name", request => request.Ref = ""), ("needs a session", request => request.Session = ""),
            ("front end docker.io/other/thing", request =>
            {
                request.Frontend = "gateway.v0";
                request.FrontendAttrs.Add("source", "docker.io/other/thing");
            }),
            ("no front end nosuch", request => request.Frontend = "nosuch"),
            ("invalid exec op", request => request.Definition = new Definition { Def = { step.ToByteString() } }),
            ("exporter \"nosuch\"", request => request.Exporters.Add(new Exporter { Type = "nosuch" })),
            ("security.insecure is not granted", request => request.Entitlements.Add("security.insecure")),
            ("docker exporter does not currently support exporting manifest lists", request =>
            {
                request.Frontend = "dockerfile.v0";
                request.FrontendAttrs.Add("platform", "linux/amd64,linux/arm64");
                request.Exporters.Add(new Exporter { Type = "docker" });
            }),
            ("no generator is run", request =>
            {
                request.Frontend = "dockerfile.v0";
                request.FrontendAttrs.Add("attest:sbom", "generator=some/image");
            }),
            ("a cache of type gha", request =>
            {
                request.Frontend = "dockerfile.v0";
                request.Cache.Exports.Add(new Gantry.BuildKit.Protocol.ControlApi.CacheOptionsEntry { Type = "gha" });
            }),
        ])
        {
            SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session);
            change(request);
            RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await client.Control.SolveAsync(request));
            Assert.Contains(expected, failure.Status.Detail);
        }
        Assert.Equal(StatusCode.Unimplemented, await client.CallAsync("moby.buildkit.v1.frontend.LLBBridge", "NewContainer"));
        Assert.Equal(StatusCode.InvalidArgument, await client.CallAsync("moby.buildkit.v1.frontend.LLBBridge", "Ping"));
    }

    [Fact]
    public async Task WhoDoesNotAskWhatGoesOnHearsTheWarningsWithTheResult()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        _files.Dockerfile = "FROM busybox as one\nCMD true\n";
        SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag);
        (request.Frontend, request.FrontendAttrs["build-arg:NOBODYS"]) = ("dockerfile.v0", "1");
        string warnings = (await client.Control.SolveAsync(request)).ExporterResponse["gantry.build.warnings"];
        Assert.Contains("Dockerfile:1: FromAsCasing", warnings);
        Assert.Contains("[NOBODYS] were not consumed", warnings);
        request.Ref = KitBuilds.NewName();
        Task<IReadOnlyList<StatusResponse>> told = KitBuilds.ToldAsync(client, request.Ref);
        Assert.DoesNotContain("gantry.build.warnings", (await client.Control.SolveAsync(request)).ExporterResponse.Keys);
        Assert.Contains(await told, one => one.Warnings.Any(warning => warning.Short.ToStringUtf8().Contains("FromAsCasing")));
    }

    /// <summary>Also what came by <c>POST /build?version=2</c>.</summary>
    [Fact]
    public async Task BuildsOfTheOtherDoorAreInTheHistory()
    {
        await SessionClient.SkipUnlessInstalled();
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        string once = Guid.NewGuid().ToString("N");
        await _scratch.Shell($"mkdir c; printf 'FROM busybox AS one\\nRUN echo said {once}\\nFROM busybox\\nRUN exit 7\\n' > c/Dockerfile");
        (await SessionClient.Run(engine, _scratch, $"build --target one -t {_tag} c")).Succeeded();
        Assert.NotEqual(0, (await SessionClient.Run(engine, _scratch, "build c")).Code);
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        IReadOnlyList<BuildHistoryRecord> all = await ListAsync(client);
        Assert.Equal(2, all.Count);
        Assert.Equal(("one", null), (all[0].FrontendAttrs["target"], all[0].Error));
        Assert.True(all[0].NumCompletedSteps > 0 && all[0].CompletedAt is not null);
        Assert.Contains("exit code: 7", all[1].Error.Message);
        Assert.Contains($"said {once}", KitBuilds.LogOf(await KitBuilds.ToldAsync(client, all[0].Ref)));
    }

    [Fact]
    public async Task TwoBuildsOfOneSessionGoOnSideBySide()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        string once = Guid.NewGuid().ToString("N");
        _files.Dockerfile = $"FROM busybox\nARG N\nCOPY . /c\nRUN echo $N {once} > /n\n";
        _files.Context.Add(("x", new byte[300_000]));
        await Task.WhenAll(Enumerable.Range(1, 3).Select(n => KitBuilds.BuildAsync(client,
            KitBuilds.Request(KitBuilds.NewName(), session, "moby", $"{_tag}-{n}"), KitBuilds.Dockerfile(("build-arg:N", $"{n}")))));
        for (int n = 1; n <= 3; n++) Assert.Equal($"{n} {once}", await engine.Ok("run", "--rm", $"{_tag}-{n}", "cat", "/n"));
    }

    [Fact]
    public async Task NoMoreIsAskedForThanTheDockerfileTakes()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        _files.Context.AddRange(((string[])["a", "b-1", "b-2", "c", "d"]).Select(path => (path, Encoding.UTF8.GetBytes(path))));
        foreach ((string expected, string dockerfile) in ((string, string)[])
        [
            ("", "FROM busybox\n"), ("a b-1 b-2", "FROM busybox\nARG B=b-\nCOPY a $B* /\n"),
            ("c d", "FROM busybox AS one\nCOPY ./c /\nFROM busybox AS other\nCOPY a /\nFROM one\n"
                + "RUN --mount=type=bind,source=d,target=/d cat /d\n"),
            ("a b-1 b-2 c d", "FROM busybox\nCOPY a .\nCOPY . /all\n"), ("a b-1 b-2 c d", "FROM busybox\nCOPY [a-b]* /\n"),
        ])
        {
            _files.Dockerfile = dockerfile;
            _files.Told.Clear();
            await KitBuilds.BuildAsync(client, KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag), KitBuilds.Dockerfile());
            // The first is for .dockerignore alone.
            Assert.Equal(expected, string.Join(' ', _files.Told.Skip(1).SelectMany(told => told)));
        }
    }

    [Fact]
    public async Task AClientThatDoesNotReadHoldsUpNoBuildAndMissesNothing()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        string once = Guid.NewGuid().ToString("N");
        _files.Dockerfile = $"FROM busybox\nRUN yes {once} | head -c 12000000; echo; echo the end\n";
        SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session);
        request.Frontend = "dockerfile.v0";
        using AsyncServerStreamingCall<StatusResponse> unread = client.Control.Status(new StatusRequest { Ref = request.Ref });
        await client.Control.SolveAsync(request);
        StringBuilder said = new();
        while (await unread.ResponseStream.MoveNext(CancellationToken.None))
            foreach (VertexLog log in unread.ResponseStream.Current.Logs) said.Append(log.Msg.ToStringUtf8());
        Assert.True(said.Length > 12_000_000, $"{said.Length} characters");
        Assert.EndsWith("the end\n", said.ToString());
    }

    [Theory]
    [InlineData("../out"), InlineData("/etc/out"), InlineData("a/../../out"), InlineData("a//b"), InlineData("."), InlineData("a\0b")]
    public async Task FilesOfNamesThatNoHonestClientHasAreRefused(string path)
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        _files.Dockerfile = "FROM busybox\nCOPY . /c\n";
        _files.Context.AddRange([(path, [1]), ("z", [2])]);
        await Assert.ThrowsAsync<RpcException>(() => KitBuilds.BuildAsync(client, KitBuilds.Request(KitBuilds.NewName(), session),
            KitBuilds.Dockerfile()));
        // And the next build is none the worse for it.
        _files.Context.Clear();
        _files.Context.Add(("z", [2]));
        await KitBuilds.BuildAsync(client, KitBuilds.Request(KitBuilds.NewName(), session), KitBuilds.Dockerfile());
    }

    /// <summary>Wherever the build is by then.</summary>
    [Fact]
    public async Task AConnectionThatIsCutEndsItsBuild()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        foreach (string step in (string[])["asked", "answered", "built", "session"])
        {
            string once = Guid.NewGuid().ToString("N");
            _files.Dockerfile = $"FROM busybox\nRUN echo begun {once}; sleep 1000\n";
            using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
            using KitClient watcher = await KitClient.OpenAsync(engine.Daemon.Socket);
            await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
            SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby");
            AsyncUnaryCall<SolveResponse> solve = client.Control.SolveAsync(request);
            using AsyncServerStreamingCall<StatusResponse> status = watcher.Control.Status(new StatusRequest { Ref = request.Ref });
            Metadata of = KitClient.Of(request.Ref);
            await Eventually.True(async () => (await ListAsync(watcher)).Any(record => record.Ref == request.Ref), "the build has begun");
            if (step != "asked") await client.Bridge.PingAsync(new PingRequest(), of);
            if (step is "built" or "session")
            {
                _ = client.Bridge.SolveAsync(KitBuilds.Dockerfile(), of).ResponseAsync.ContinueWith(static ended => _ = ended.Exception,
                    TaskScheduler.Default);
                string said = "";
                while (!said.Contains($"begun {once}\n", StringComparison.Ordinal) && await status.ResponseStream.MoveNext(default))
                    said += KitBuilds.LogOf([status.ResponseStream.Current]);
            }
            if (step == "session") session.Cut();
            else client.Cut();
            await Assert.ThrowsAsync<RpcException>(async () => await solve);
            // What watched it hears of its end, and no step is at work any more.
            while (await status.ResponseStream.MoveNext(CancellationToken.None)) { }
            await Eventually.True(async () => (await _scratch.Shell("pgrep -f 'echo begun [0-9a-f]*; sleep' || true")).Length == 0,
                $"no step is left after a cut when {step}");
        }
    }

    [Fact]
    public async Task BuildsThatWereAreListedHeardAgainPinnedAndRemoved()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        string build = KitBuilds.NewName(), once = Guid.NewGuid().ToString("N");
        _files.Dockerfile = $"FROM busybox\nRUN echo heard {once}\n";
        using (KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket))
        {
            await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
            await KitBuilds.BuildAsync(client, KitBuilds.Request(build, session, "moby", _tag), KitBuilds.Dockerfile());
            SolveRequest left = KitBuilds.Request(KitBuilds.NewName(), session);
            left.Frontend = "dockerfile.v0";
            _files.Dockerfile = "FROM busybox\nRUN sleep 1000\n";
            _ = client.Control.SolveAsync(left).ResponseAsync.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
            await Eventually.True(async () => (await ListAsync(client)).Any(record => record.Ref == left.Ref), "the build is listed");
            await engine.Daemon.Kill();
        }
        await engine.Daemon.Start();
        using KitClient again = await KitClient.OpenAsync(engine.Daemon.Socket);
        BuildHistoryRecord known = Assert.Single(await ListAsync(again));
        Assert.Equal(build, known.Ref);
        Assert.True(known is { CompletedAt: not null, Error: null, NumTotalSteps: > 2 }, known.ToString());
        Assert.Contains($"heard {once}", KitBuilds.LogOf(await KitBuilds.ToldAsync(again, build)));
        await again.Control.UpdateBuildHistoryAsync(new UpdateBuildHistoryRequest { Ref = build, Pinned = true });
        Assert.True(Assert.Single(await ListAsync(again)).Pinned);
        await again.Control.UpdateBuildHistoryAsync(new UpdateBuildHistoryRequest { Ref = build, Delete = true });
        Assert.Empty(await ListAsync(again));
        Assert.Empty(Directory.GetFiles($"{engine.Daemon.DataRoot}/build/history"));
    }

    /// <summary>In the middle of nothing, of the greeting, and of what is none.</summary>
    [Fact]
    public async Task ClientsThatLeaveAtOnceEndNothing()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        int daemon = engine.Daemon.ProcessId;
        byte[] greeting = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
        byte[][] said = [[], greeting, [.. greeting, .. "\0\0\0\x4\0\0\0\0\0"u8],
            [.. Enumerable.Repeat((byte)0x5a, 1000)]];
        for (int i = 0; i < 300; i++)
        {
            await using NetworkStream connection = await KitSocket.UpgradeAsync(engine.Daemon.Socket, "/grpc");
            await connection.WriteAsync(said[i % said.Length], TestContext.Current.CancellationToken);
        }
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        Assert.Single((await client.Control.ListWorkersAsync(new ListWorkersRequest())).Record);
        Assert.Equal(daemon, engine.Daemon.ProcessId);
        Assert.DoesNotContain("unexpected fault", engine.Daemon.Log);
    }

    [Fact]
    public async Task TheCacheIsListedAndPruned()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        _files.Dockerfile = "FROM busybox\nRUN echo x > /x\n";
        await KitBuilds.BuildAsync(client, KitBuilds.Request(KitBuilds.NewName(), session), KitBuilds.Dockerfile());
        Assert.Single((await client.Control.ListWorkersAsync(new ListWorkersRequest())).Record);
        Assert.Contains((await client.Control.DiskUsageAsync(new DiskUsageRequest())).Record, one => one.Description == "RUN echo x > /x");
        Assert.Empty((await client.Control.DiskUsageAsync(new DiskUsageRequest { Filter = { "type==source.local" } })).Record);
        // As long as the client is there it has its result.
        client.Cut();
        using KitClient other = await KitClient.OpenAsync(engine.Daemon.Socket);
        await Eventually.True(async () =>
        {
            using AsyncServerStreamingCall<UsageRecord> gone = other.Control.Prune(new PruneRequest { All = true });
            while (await gone.ResponseStream.MoveNext(CancellationToken.None)) { }
            return (await other.Control.DiskUsageAsync(new DiskUsageRequest())).Record.Count == 0;
        }, "all of the cache is gone");
    }

    private static async Task<List<BuildHistoryRecord>> ListAsync(KitClient client)
    {
        List<BuildHistoryRecord> all = [];
        using AsyncServerStreamingCall<BuildHistoryEvent> events =
            client.Control.ListenBuildHistory(new BuildHistoryRequest { EarlyExit = true });
        while (await events.ResponseStream.MoveNext(CancellationToken.None)) all.Add(events.ResponseStream.Current.Record);
        return all;
    }
}
