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
using GatewaySolve = Gantry.BuildKit.Protocol.GatewayApi.SolveRequest;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>Clients that plan their builds themselves, and have the graph of its steps built.</summary>
public sealed class GraphBuildTests(SharedDaemons daemons) : IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();
    private readonly string _tag = $"graph-build-{Interlocked.Increment(ref _names)}", _once = Guid.NewGuid().ToString("N");
    private readonly ClientFiles _files = new();
    private readonly KitGraph _graph = new();

    public void Dispose() => _scratch.Dispose();

    private async Task<Engine> Use() => new("docker", await daemons.Of(DaemonKind.Gantry));

    /// <summary>Without a front end: the graph comes with the build.</summary>
    /// <returns>What was told.</returns>
    private async Task<IReadOnlyList<StatusResponse>> BuildAsync(Engine engine, Input result, Action<SolveRequest>? change = null)
    {
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag);
        request.Definition = _graph.To(result);
        change?.Invoke(request);
        Task<IReadOnlyList<StatusResponse>> told = KitBuilds.ToldAsync(client, request.Ref);
        try
        {
            await client.Control.SolveAsync(request);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unknown)
        {
            // What it has said is why.
            throw new RpcException(new Status(e.StatusCode, $"{e.Status.Detail}\n{KitBuilds.LogOf(await told)}"));
        }
        return await told;
    }

    private static string[] Cached(IEnumerable<StatusResponse> told) =>
        [.. told.SelectMany(one => one.Vertexes).Where(vertex => vertex is { Cached: true, Completed: not null })
            .Select(vertex => vertex.Name)];

    private static Task<string> Files(Engine engine, string image) => engine.Ok("run", "--rm", image, "sh", "-c", """
        cd /made; find . | sort | while read f; do stat -c '%n %F %a %u:%g' "$f"; test -f "$f" && cat "$f"; readlink "$f"; done; true
        """);

    [Fact]
    public async Task StepsOfEachKindGiveWhatADockerfileGives()
    {
        await using Engine engine = await Use();
        _files.Context.AddRange([("a", Encoding.UTF8.GetBytes(_once)), ("b", "b"u8.ToArray())]);
        Input image = _graph.Image("busybox"), local = _graph.Source("local://context");
        Input made = _graph.Change([image, local], KitGraph.Directory("/made/d"), KitGraph.File("/made/f", _once, 0x1c0),
            KitGraph.Link("f", "/made/l"), KitGraph.File("/made/gone", "x"), KitGraph.Remove("/made/gone"),
            KitGraph.Copy(1, "/", "/made/c"));
        Input run = _graph.Run(made, "echo run > /made/run; chown 3:4 /made/run; chmod 640 /made/run");
        await BuildAsync(engine, run);
        string dockerfile = $"""
            FROM busybox
            RUN mkdir -p /made/d; printf {_once} > /made/f; chmod 700 /made/f; ln -s f /made/l
            COPY . /made/c
            RUN echo run > /made/run; chown 3:4 /made/run; chmod 640 /made/run
            """;
        await File.WriteAllTextAsync(_scratch["Dockerfile"], dockerfile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_scratch["a"], _once, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_scratch["b"], "b", TestContext.Current.CancellationToken);
        await _scratch.Shell("chmod 644 a b; printf '*session*\\nDockerfile\\n.dockerignore\\n' > .dockerignore");
        await engine.Ok("build", "-q", "-t", _tag + "-file", _scratch.Path);
        Assert.Equal(await Files(engine, _tag + "-file"), await Files(engine, _tag));
        // Nothing is done twice, and what the client knows of a step it is told by its own name of it.
        IReadOnlyList<StatusResponse> again = await BuildAsync(engine, run);
        Assert.Equal("", KitBuilds.LogOf(again));
        Assert.Equal(2, Cached(again).Length);
        Assert.Contains(again.SelectMany(one => one.Vertexes), vertex => vertex.Digest == run.Digest);
        _graph.Metadata(run).IgnoreCache = true;
        Assert.Single(Cached(await BuildAsync(engine, run)));
    }

    [Fact]
    public async Task TreesAreMergedComparedAndWrittenToBesideTheRoot()
    {
        await using Engine engine = await Use();
        Input image = _graph.Image("busybox");
        Input lower = _graph.Run(image, $"mkdir /made; echo {_once} > /made/old; echo x > /made/gone");
        Input upper = _graph.Run(lower, "rm /made/gone; echo new > /made/new");
        Input other = _graph.Run(image, "mkdir /made; echo own > /made/own; echo y > /made/gone");
        // Of one that stands on the other, and of two that do not.
        Input merged = _graph.Merge(other, _graph.Difference(lower, upper), _graph.Change([], KitGraph.Directory("/made"),
            KitGraph.File("/made/file", "file\n")));
        await BuildAsync(engine, merged);
        string files = await engine.Ok("run", "--rm", _tag, "sh", "-c", "cd /made; for f in *; do echo $f; cat $f; done");
        Assert.Equal("file\nfile\nnew\nnew\nown\nown", files);
        Input unlike = _graph.Merge(lower, _graph.Difference(lower, _graph.Run(image,
            "mkdir /made; echo other > /made/old; echo z > /made/z")));
        await BuildAsync(engine, unlike);
        Assert.Equal("old other z z", (await engine.Ok("run", "--rm", _tag, "sh", "-c",
            "cd /made; for f in *; do echo $f; cat $f; done")).ReplaceLineEndings(" "));
        // Several results of one command.
        Input several = _graph.Run(KitGraph.Shell($"echo one{_once} > /one/f; echo two > /two/f; mkdir /one/in; echo root > /root-too",
            new Mount { Dest = "/one", Input = -1, Output = 1 }, new Mount { Dest = "/two", Input = 1, Output = 2, Selector = "/made" }),
                image, other);
        Input all = _graph.Merge(several, new Input { Digest = several.Digest, Index = 1 }, new Input { Digest = several.Digest,
            Index = 2 });
        await BuildAsync(engine, all);
        Assert.Equal($"one{_once} root two own", (await engine.Ok("run", "--rm", _tag, "sh", "-c",
            "cat /f /root-too /made/f /made/own; test -d /in; test ! -e /one || rmdir /one")).ReplaceLineEndings(" "));
        IReadOnlyList<StatusResponse> again = await BuildAsync(engine, all);
        Assert.Equal("", KitBuilds.LogOf(again));
        Assert.Contains("merge", Cached(again));
        // An image of such layers is one like any other.
        await engine.Ok("save", "-o", _scratch["image.tar"], _tag);
        await engine.Ok("rmi", _tag);
        await engine.Ok("load", "-i", _scratch["image.tar"]);
        Assert.Equal("own", await engine.Ok("run", "--rm", _tag, "cat", "/made/own"));
    }

    [Fact]
    public async Task ACommandHasWhatTheGraphGivesIt()
    {
        await using Engine engine = await Use();
        _files.Context.Add(("seen", Encoding.UTF8.GetBytes(_once)));
        Input image = _graph.Image("busybox"), local = _graph.Source("local://context", ("local.includepattern", "[\"seen\"]"));
        Input first = _graph.Change([], KitGraph.Directory("/c", 0x1c9), KitGraph.File("/c/first", "first"));
        ExecOp exec = KitGraph.Shell("""
            set -x; test "$A$(cat /local/seen)" = "$B"; test $(hostname) = myself; grep -q '1.2.3.4.*mine' /etc/hosts
            test $(id -u):$(id -g) = 5:6; test $(pwd) = /not/there; test $(ulimit -n) = 123; test "$HTTP_PROXY" = proxy
            grep -q '/mem tmpfs.*size=64k' /proc/mounts; echo x > /mem/x
            test $(cat /cache/first) = first; stat -c %a /cache; test $(stat -c %a /cache) = 711; ! echo y > /ro-local/seen
            ! ls /sys/class/net | grep -v lo; test ! -e /etc/nothing; test "${S-none}" = none; exit 3
            """,
            new Mount { Dest = "/local", Input = 1, Output = -1, Readonly = true },
            new Mount { Dest = "/ro-local", Input = 1, Output = -1, Readonly = true },
            new Mount { Dest = "/mem", Input = -1, Output = -1, MountType = MountType.Tmpfs, TmpfsOpt = new TmpfsOpt { Size = 65536 } },
            new Mount { Dest = "/cache", Input = 2, Output = -1, Selector = "/c", MountType = MountType.Cache,
                CacheOpt = new CacheOpt { ID = $"graph-{_once}" } });
        exec.Secretenv.Add(new SecretEnv { ID = "nosuch", Name = "S", Optional = true });
        exec.Meta.Env.AddRange(["A=a", $"B=a{_once}"]);
        (exec.Meta.User, exec.Meta.Cwd, exec.Meta.Hostname) = ("5:6", "/not/there", "myself");
        exec.Meta.ExtraHosts.Add(new HostIP { Host = "mine", IP = "1.2.3.4" });
        exec.Meta.Ulimit.Add(new Ulimit { Name = "nofile", Soft = 123, Hard = 200 });
        exec.Meta.ProxyEnv = new ProxyEnv { HttpProxy = "proxy" };
        exec.Meta.ValidExitCodes.Add(3);
        exec.Network = NetMode.None;
        // The user may write there.
        first = _graph.Run(_graph.Merge(image, first), "mkdir -p /c; chown 5:6 /c");
        await BuildAsync(engine, _graph.Run(exec, image, local, first));
        Assert.Equal("none", await engine.Ok("run", "--rm", _tag, "sh", "-c",
            "ls -d /cache /local /mem 2>/dev/null | grep . || echo none"));
        ExecOp readOnly = KitGraph.Shell($"! echo {_once} > /x; echo thrown > /thrown/x; echo {_once} > /out/x",
            new Mount { Dest = "/out", Input = -1 }, new Mount { Dest = "/thrown", Input = -1, Output = -1 });
        (readOnly.Mounts[0].Readonly, readOnly.Mounts[0].Output) = (true, -1);
        await BuildAsync(engine, _graph.Merge(image, _graph.Run(readOnly, image)));
        Assert.Equal(_once, await engine.Ok("run", "--rm", _tag, "cat", "/x"));
    }

    [Fact]
    public async Task AClientThatIsTheFrontEndGoesOnFromItsResults()
    {
        await using Engine engine = await Use();
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
        SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag);
        using AsyncUnaryCall<SolveResponse> solve = client.Control.SolveAsync(request);
        Metadata of = KitClient.Of(request.Ref);
        PongResponse pong = await client.Bridge.PingAsync(new PingRequest(), of);
        Assert.Contains(pong.LLBCaps, cap => cap is { ID: "mergeop", Enabled: true });
        GatewaySolve Asked(Definition definition) => new() { Definition = definition, AllowResultReturn = true,
            AllowResultArrayRef = true };
        var first = await client.Bridge.SolveAsync(Asked(_graph.To(_graph.Run(_graph.Image("busybox"), $"echo {_once} > /first"))), of);
        Assert.Equal(_once + "\n",
            (await client.Bridge.ReadFileAsync(new ReadFileRequest { Ref = first.Result.Ref.Id, FilePath = "/first" },
                of)).Data.ToStringUtf8());
        KitGraph next = new();
        // As Go's clients want it.
        Assert.Single(first.Result.Ref.Def.Metadata);
        var second = await client.Bridge.SolveAsync(Asked(next.To(next.Run(next.Of(first.Result.Ref.Def), "cp /first /second"))), of);
        // A Dockerfile begins from what a graph has not built yet.
        KitGraph third = new();
        GatewaySolve file = KitBuilds.Dockerfile(("context:base", "input:base"));
        file.FrontendInputs.Add("base", third.To(third.Run(third.Of(second.Result.Ref.Def), "cp /second /third")));
        _files.Dockerfile = "FROM base\nRUN cp /third /fourth\n";
        var last = await client.Bridge.SolveAsync(file, of);
        last.Result.Metadata["containerimage.config"] = ByteString.CopyFromUtf8(
            """{"architecture":"amd64","os":"linux","config":{"Cmd":["cat","/fourth"],"Env":["A=b"]}}""");
        await client.Bridge.ReturnAsync(new ReturnRequest { Result = last.Result }, of);
        await solve;
        Assert.Equal(_once, await engine.Ok("run", "--rm", _tag));
        Assert.Equal("[A=b]", await engine.Ok("image", "inspect", "-f", "{{.Config.Env}}", _tag));
    }

    [Fact]
    public async Task FailuresAndWhatIsNotDoneAreToldAsTheClientsMistakes()
    {
        await using Engine engine = await Use();
        Input image = _graph.Image("busybox");
        ExecOp host = KitGraph.Shell("true");
        host.Network = NetMode.Host;
        foreach ((string expected, StatusCode code, Input result) in ((string, StatusCode, Input)[])
        [
            ("exit code: 7", StatusCode.Unknown, _graph.Run(image, "exit 7")),
            ("network.host is not allowed", StatusCode.PermissionDenied, _graph.Run(host, image)),
            ("missing input digest", StatusCode.InvalidArgument, new Input { Digest = "sha256:0" }),
            ("BuildOp", StatusCode.Unimplemented, _graph.Add(new Op { Build = new BuildOp() })),
            ("nosuch not found", StatusCode.NotFound, _graph.Change([image], KitGraph.Copy(0, "/nosuch", "/x"))),
            ("a source nosuch://x", StatusCode.Unimplemented, _graph.Source("nosuch://x")),
        ])
        {
            RpcException failure = await Assert.ThrowsAsync<RpcException>(() => BuildAsync(engine, result));
            Assert.Contains(expected.Replace("nosuch not found", "/nosuch", StringComparison.Ordinal), failure.Status.Detail);
            Assert.Equal(code, failure.StatusCode);
        }
        RpcException many = await Assert.ThrowsAsync<RpcException>(() => BuildAsync(engine, image, request =>
            request.Definition.Def.AddRange(Enumerable.Range(0, 100_000).Select(n => ByteString.CopyFromUtf8($"{n}")))));
        Assert.Equal((StatusCode.InvalidArgument, "a graph has more than 10000 operations"), (many.StatusCode, many.Status.Detail));
        await BuildAsync(engine, _graph.Run(host, image), request => request.Entitlements.Add("network.host"));
    }

    [Fact]
    public async Task ALayoutOfTheClientIsASource()
    {
        await using Engine engine = await Use();
        await BuildAsync(engine, _graph.Run(_graph.Image("busybox"), $"echo {_once} > /layout"));
        await engine.Ok("save", "-o", _scratch["image.tar"], _tag);
        await engine.Ok("rmi", _tag);
        await _scratch.Shell("mkdir layout; tar -C layout -xf image.tar");
        foreach (string path in Directory.GetFiles(_scratch["layout/blobs/sha256"]))
            _files.Blobs[$"store/sha256:{Path.GetFileName(path)}"] = await File.ReadAllBytesAsync(path);
        string manifest = await _scratch.Shell("grep -o 'sha256:[0-9a-f]*' layout/index.json | head -1");
        KitGraph from = new();
        Input layout = from.Source($"oci-layout://any@{manifest}", ("oci.store", "store"), ("oci.session", ""));
        async Task Build(Engine with)
        {
            using KitClient client = await KitClient.OpenAsync(with.Daemon.Socket);
            await using KitSession session = await KitSession.OpenAsync(with.Daemon.Socket, _scratch, _files);
            SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby", _tag);
            request.Definition = from.To(from.Run(layout, "cp /layout /copied"));
            await client.Control.SolveAsync(request);
        }

        // One that has none of it.
        await using Engine other = await Engine.WithItsOwnDaemon("docker");
        await Build(other);
        Assert.Equal(_once, await other.Ok("run", "--rm", "--network", "none", _tag, "cat", "/copied"));
        // What is not what its name says, or is not there.
        string damaged = _files.Blobs.Keys.Single(name => name.EndsWith(manifest, StringComparison.Ordinal));
        foreach ((byte[]? content, StatusCode code) in ((byte[]?, StatusCode)[])
            [([1], StatusCode.InvalidArgument), (new byte[9 << 20], StatusCode.InvalidArgument), (null, StatusCode.NotFound)])
        {
            await using Engine third = await Engine.WithItsOwnDaemon("docker");
            if (content is null) _files.Blobs.TryRemove(damaged, out _);
            else _files.Blobs[damaged] = content;
            Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => Build(third))).StatusCode);
        }
    }

    /// <summary>Whoever ends it: nothing of it is at work any more, and what was done before is known to the next build.</summary>
    [Fact]
    public async Task AGraphThatIsCalledOffOrKilledLeavesNothing()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        Input before = _graph.Run(_graph.Image("busybox"), $"echo before {_once}");
        ExecOp sleeping = KitGraph.Shell($"echo begun {_once} > /out/x; echo begun {_once}; sleep 1000", new Mount { Dest = "/out",
            Input = -1, Output = 1 });
        Input endless = _graph.Run(sleeping, before);
        Input result = _graph.Merge(endless, new Input { Digest = endless.Digest, Index = 1 });
        foreach (string end in (string[])["cut", "kill"])
        {
            using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
            await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, _files);
            SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby");
            request.Definition = _graph.To(result);
            AsyncUnaryCall<SolveResponse> solve = client.Control.SolveAsync(request);
            using (AsyncServerStreamingCall<StatusResponse> status = client.Control.Status(new StatusRequest { Ref = request.Ref }))
            {
                string said = "";
                while (!said.Contains($"begun {_once}\n", StringComparison.Ordinal) && await status.ResponseStream.MoveNext(default))
                    said += KitBuilds.LogOf([status.ResponseStream.Current]);
            }
            if (end == "cut") client.Cut();
            else await engine.Daemon.Kill();
            await Assert.ThrowsAsync<RpcException>(async () => await solve);
            if (end == "kill") await engine.Daemon.Start();
            await Eventually.True(async () => (await _scratch.Shell($"pgrep -f '[e]cho begun {_once}' || true")).Length == 0,
                $"no step is left after {end}");
            await Eventually.True(() => Task.FromResult(!Directory.Exists($"{engine.Daemon.DataRoot}/build/tmp")
                || Directory.GetFileSystemEntries($"{engine.Daemon.DataRoot}/build/tmp").Length == 0), $"no files are left after {end}");
        }
        Assert.Single(Cached(await BuildAsync(engine, before)));
    }
}
