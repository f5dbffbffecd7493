using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What a build gives beside an image, and what else it is given than a context.</summary>
public sealed class ResultTests(SharedDaemons daemons) : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private Engine? _engine;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _scratch.Dispose();
    }

    private async Task<Engine> Use(DaemonKind kind = DaemonKind.Gantry)
    {
        Engine.SkipUnlessInstalled(kind == DaemonKind.Docker ? "dockerd" : "gantry");
        return _engine = new Engine("gantry", await daemons.Of(kind));
    }

    /// <summary>In the test's directory; <c>gantry</c> is our client.</summary>
    private Task<Command.Result> Shell(string script) => Command.Run("bash", ["-ec",
        $"gantry() {{ {_engine!.Client} -H {_engine.Daemon.Host} \"$@\"; }}\n{script}"], "", directory: _scratch.Path,
        environment: new Dictionary<string, string?> { ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration" });

    private async Task<string> Ok(string script) => (await Shell(script)).Succeeded();

    private Task Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_scratch[name])!);
        return File.WriteAllTextAsync(_scratch[name], content);
    }

    private const string Result = "FROM busybox AS made\nRUN mkdir -p /r/d && echo x > /r/d/file && chmod 4750 /r/d/file && "
        + "touch -d @1000000000 /r/d/file && ln -s d/file /r/link && ln /r/d/file /r/hard && ln -s / /r/root\n"
        + "FROM scratch\nCOPY --from=made --chown=5:6 /r /\nLABEL of=results\n";

    [Fact]
    public async Task TheFilesOfTheResultComeIntoADirectory()
    {
        await Use();
        await Write("c/Dockerfile", Result);
        // What was there stays, and a link that was there leads nowhere but inside.
        await Ok("mkdir out else; echo kept > out/kept; ln -s $PWD/else out/d; gantry build -o out c");
        Assert.Equal("", await Ok("ls else"));
        await Ok("gantry build --output type=local,dest=out c");
        Assert.Equal("x\nkept\n4750 1000000000 2\nd/file\n/\nd hard kept link root",
            await Ok("cat out/d/file out/kept; stat -c '%a %Y %h' out/d/file; readlink out/link out/root; ls out | xargs"));
        Assert.Equal("", await Ok("gantry images -q -a --filter label=of=results"));
    }

    [Fact]
    public async Task TheFilesOfTheResultComeAsAnArchive()
    {
        await Use();
        await Write("c/Dockerfile", Result);
        string said = (await Shell("gantry build -o - --iidfile id c > piped.tar")).Error;
        Assert.Contains("Step 1/", said);
        await Ok("gantry build -q --output type=tar,dest=named.tar c; cmp piped.tar named.tar");
        Assert.Equal("5:6 1000000000 4750 d/file", await Ok("python3 -c \"import tarfile; e = [e for e in tarfile.open('named.tar') "
            + "if e.name == 'd/file'][0]; print(f'{e.uid}:{e.gid} {int(e.mtime)} {e.mode:o} {e.name}')\""));
        Assert.Equal("d/ d/file hard link root", await Ok("tar tf named.tar | sort | xargs"));
        Assert.StartsWith("sha256:", await File.ReadAllTextAsync(_scratch["id"]));
        // What the store has of it is the cache alone.
        Assert.Equal("", await Ok("gantry images -q -a --filter label=of=results"));
    }

    /// <summary>Also one that the daemon breaks off in the middle, so that nobody takes half a result for a whole one.</summary>
    [Fact]
    public async Task ABuildThatFailsGivesNoArchive()
    {
        await Use();
        await Write("c/Dockerfile", "FROM busybox\nRUN exit 3\n");
        Command.Result failed = await Shell("gantry build --output type=tar,dest=x.tar c");
        Assert.Equal(3, failed.Code);
        Assert.Equal("c", await Ok("ls -A | xargs"));
        Assert.Equal(1, (await Shell("gantry build --output type=tar,dest=no/where.tar c")).Code);
        await Write("c/Dockerfile", "FROM busybox\n");
        Command.Result full = await Shell("gantry build -o - c > /dev/full");
        Assert.Equal(1, full.Code);
        Assert.Contains("o space left on device", full.Error);
    }

    [Fact]
    public async Task WhatCannotBeBothIsRefused()
    {
        await Use();
        await Write("c/Dockerfile", "FROM busybox\n");
        Command.Result named = await Shell("gantry build -t x -o out c");
        Assert.Equal((125, "-t names an image, and --output type=local makes none"), (named.Code, named.Error.TrimEnd().Split('\n')[0]));
        foreach ((string query, int status) in new[]
            { ("outputs=%5B%7B%22Type%22%3A%22tar%22%7D%5D&t=x", 400), ("outputs=%5B%7B%22Type%22%3A%22nope%22%7D%5D", 501),
                ("outputs=x", 400), ("outputs=%5B%7B%7D%2C%7B%7D%5D", 501), ("contexts=%7B%22a%22%3A%22local%3A..%2Fetc%22%7D", 400),
                ("contexts=x", 400), ("contexts=%7B%22a%22%3A%22local%3A.contexts-0123456789abcdef%2F0%22%7D", 400) })
            Assert.Equal((query, $"{status}"), (query, await Ok("tar -C c -c . | curl -s -o /dev/null -w '%{http_code}' -X POST "
                + $"--unix-socket {_engine!.Daemon.Socket} -H 'Content-Type: application/x-tar' --data-binary @- "
                + $"'http://d/v1.41/build?{query}'")));
    }

    /// <summary>Another daemon would pass over what it does not know.</summary>
    [Theory]
    [InlineData("-o out", "--output")]
    [InlineData("--build-context a=c", "--build-context")]
    [InlineData("--no-cache-filter a", "--no-cache-filter")]
    public async Task WhatGantrydAloneKnowsIsNotAskedOfOthers(string options, string shown)
    {
        await Use(DaemonKind.Docker);
        await Write("c/Dockerfile", "FROM busybox\n");
        Command.Result refused = await Shell($"gantry build {options} c");
        Assert.Equal(125, refused.Code);
        Assert.StartsWith($"option {shown} is not supported by this daemon", refused.Error);
    }

    private const string Squashed = "FROM busybox\nRUN echo 1 > /a && mkdir /d && echo 2 > /d/gone\nRUN rm -r /d /etc/passwd; echo 3 > /a\n"
        + "COPY Dockerfile /d\nENV E=1\n";

    /// <summary>dockerd is an experimental one for that, and has none of the files that went again.</summary>
    [Fact]
    public async Task ASquashedImageHasOneLayerMore()
    {
        await Use();
        await Write("c/Dockerfile", Squashed);
        string said = await Ok("gantry build --squash --label l=m -t squashed c");
        Assert.Contains("Step 6/6 : LABEL l=m\n", said);
        Assert.Equal("2", await Ok("gantry inspect -f '{{len .RootFS.Layers}}' squashed"));
        Assert.Equal("1 m", await Ok("gantry inspect -f '{{index .Config.Env 1}} {{.Config.Labels.l}}' squashed | sed s/E=//"));
        Assert.Equal("3 FROM", await Ok(
            "gantry run --rm --network none squashed sh -c 'cat /a; head -c 4 /d; test ! -e /etc/passwd' | xargs"));
        string[] history = (await Ok("gantry history --no-trunc --format '{{.Size}} {{.CreatedBy}}|{{.Comment}}' squashed")).Split('\n');
        Assert.Matches(@"^[1-9]\d*B \|merge sha256:[0-9a-f]{64} to sha256:[0-9a-f]{64}$", history[0]);
        Assert.All(history[1..6], entry => Assert.StartsWith("0B ", entry));
        Assert.Equal("1a2,3", await Ok("gantry save squashed | tar xO manifest.json > m; "
            + "gantry save squashed | tar x --wildcards 'blobs/*'; for b in $(python3 -c \"import json; "
            + "print(json.load(open('m'))[0]['Layers'][-1])\"); do tar tf $b | grep -c gone; done | sed 's/^0$/1a2,3/'"));
        // Its history tells of steps that it has not got.
        await Ok("gantry rmi -f $(gantry build -q c) && gantry builder prune -af");
        Assert.DoesNotContain("Using cache", (await Ok("gantry build --cache-from squashed c")).Split("Step 4")[0]);
        await Ok("gantry rmi -f squashed");
    }

    [Fact]
    public async Task ASquashOfNothingNewIsWhatItWas()
    {
        await Use();
        await Write("c/Dockerfile", "FROM busybox\n");
        Assert.Equal(await Ok("gantry inspect -f '{{.Id}}' busybox"), await Ok("gantry build -q --squash c"));
        await Write("c/Dockerfile", "FROM scratch\nCOPY Dockerfile /a\nCOPY Dockerfile /b\n");
        await Ok("gantry build -q --squash -t squashed c");
        Assert.Equal("1", await Ok("gantry inspect -f '{{len .RootFS.Layers}}' squashed"));
        Assert.StartsWith("create new from sha256:", await Ok("gantry history --format '{{.Comment}}' --no-trunc squashed | head -1"));
        await Ok("gantry rmi -f squashed");
    }

    [Fact]
    public async Task DockerRefusesToSquashUnlessItIsExperimental()
    {
        await Use(DaemonKind.Docker);
        await Write("c/Dockerfile", "FROM busybox\n");
        Command.Result refused = await Shell("gantry build --squash c");
        Assert.Equal((1, "Error response from daemon: squash is only supported with experimental mode\n"), (refused.Code, refused.Error));
    }

    [Fact]
    public async Task AnImageComesAsAnArchiveAndIsNotKept()
    {
        await Use();
        await Write("c/Dockerfile", "FROM busybox\nRUN echo archived > /a\nLABEL of=archives\n");
        await Ok("gantry build -t kept:1 -o type=oci,dest=i.tar,name=kept:2 --annotation org.x=y --annotation manifest:b=c --iidfile id c");
        Assert.Equal("", await Ok("gantry images -q -a --filter label=of=archives"));
        await Ok("mkdir l; gantry build -q -t kept:1 -o type=oci,dest=l2,tar=false c; test -f l2/index.json; tar x -C l -f i.tar");
        Assert.Equal("y c docker.io/library/kept:1 docker.io/library/kept:2", await Ok("cd l; python3 -c \"import json; "
            + "i = json.load(open('index.json'))['manifests']; b = lambda d: json.load(open('blobs/' + d.replace(':', '/'))); "
            + "a = b(i[0]['digest'])['annotations']; "
            + "print(a['org.x'], a['b'], *[m['annotations']['io.containerd.image.name'] for m in i])\""));
        Assert.Equal("archived", await Ok("gantry load -q -i i.tar > loaded; gantry run --rm --network none kept:2 cat /a"));
        Assert.Equal(await Ok("cat id"), await Ok("gantry inspect -f '{{.Id}}' kept:1"));
        // The annotations of an image that is there already are those of the last build.
        await Ok("gantry build -q -t kept:1 --annotation org.x=z c; "
            + "gantry save kept:1 | tar xO --wildcards 'blobs/*' | grep -a -q '\"org.x\":\"z\"'");
        await Ok("gantry rmi -f kept:1 kept:2");
    }

    [Fact]
    public async Task ADirectoryThatIsKeptBeginsWithFilesOfAnotherStage()
    {
        await Use();
        await Write("c/Dockerfile", "FROM busybox AS seed\nRUN mkdir -p /s/d && echo first > /s/d/f && chown -R 7:8 /s/d\n"
            + "FROM busybox\nARG N\nRUN --mount=type=cache,target=/k,from=seed,source=/s "
            + "cat /k/d/f; stat -c %u:%g /k/d/f; echo $N > /k/d/f\n");
        Assert.Contains("\nfirst\n7:8\n", await Ok("gantry build --build-arg N=second c"));
        Assert.Contains("\nsecond\n7:8\n", await Ok("gantry build --build-arg N=third c"));
        // Other files are another directory's beginning.
        await Ok("sed -i s/first/anew/ c/Dockerfile");
        Assert.Contains("\nanew\n7:8\n", await Ok("gantry build --build-arg N=second c"));
    }

    /// <summary>dockerd has told the step by then too.</summary>
    [Theory, BuildingDaemon]
    public async Task SeveralSourcesIntoAFileFailAtTheirStep(DaemonKind kind)
    {
        await Use(kind);
        await Write("c/Dockerfile", "FROM busybox\nENV A=1\nCOPY Dockerfile other /x\n");
        await Write("c/other", "");
        Command.Result failed = await Shell("gantry build c");
        Assert.EndsWith("Step 3/3 : COPY Dockerfile other /x\n", failed.Output);
        Assert.Contains("When using COPY with more than one source file, the destination must be a directory and end with a /",
            failed.Error);
    }

    [Theory, BuildingDaemon]
    public async Task APlatformThatIsNoneIsRefusedBeforeTheBuild(DaemonKind kind)
    {
        await Use(kind);
        Assert.Equal("400{\"message\":\"\\\"xyz\\\": unknown operating system or architecture: invalid argument\"}", await Ok(
            "mkdir e; echo FROM busybox > e/Dockerfile; tar -C e -c . | curl -s -o said -w '%{http_code}' -X POST --unix-socket "
            + $"{_engine!.Daemon.Socket} -H 'Content-Type: application/x-tar' --data-binary @- "
            + "'http://d/v1.41/build?platform=xyz'; cat said"));
    }

    [Theory, BuildingDaemon]
    public async Task WhatWasBuiltIsWrittenDown(DaemonKind kind)
    {
        await Use(kind);
        await Write("c/Dockerfile", "FROM busybox\nLABEL a=b\n");
        await Ok("gantry build -q -t written:1 -t written:2 --iidfile id --metadata-file meta c > quiet");
        Assert.Equal(await Ok("cat quiet"), await Ok("cat id"));
        Assert.Equal(await Ok("cat id") + " " + await Ok("cat id") + " written:1,written:2", await Ok("python3 -c \"import json; "
            + "m = json.load(open('meta')); print(m['containerimage.config.digest'], m['containerimage.digest'], m['image.name'])\""));
    }

    [Fact]
    public async Task AStageIsMadeAgainWhenThatIsAsked()
    {
        await Use();
        await Write("c/Dockerfile", "FROM busybox AS one\nRUN cat /proc/sys/kernel/random/uuid > /1\nFROM busybox AS two\n"
            + "RUN cat /proc/sys/kernel/random/uuid > /2\nFROM busybox\nCOPY --from=one /1 /\nCOPY --from=two /2 /\nCMD cat /1 /2\n");
        string[] first = await Said(""), second = await Said(""), third = await Said("--no-cache-filter ONE");
        Assert.Equal(first, second);
        Assert.NotEqual(first[0], third[0]);
        Assert.Equal(first[1], third[1]);
        Assert.Contains("no-cache-filter names stages that are not there: nosuch", await Ok("gantry build --no-cache-filter nosuch,two c"));

        async Task<string[]> Said(string options) =>
            (await Ok($"gantry run --rm $(gantry build -q {options} c)")).Split('\n');
    }

    [Fact]
    public async Task FurtherContextsHaveNames()
    {
        Engine engine = await Use();
        await Write("c/Dockerfile", "FROM base\nCOPY --from=files . /f\nCOPY --from=files /d/in /one\nCOPY --from=web in /web\n"
            + "COPY --from=other /etc/passwd /pw\nCOPY . /own\nRUN cd /; cat one web; ls -A f own f/d > /list\nCMD cat /one /web /list\n");
        await Write("c/.dockerignore", "*\n");
        await Write("f/d/in", "in\n");
        await Write("f/left", "");
        await Write("f/.dockerignore", "left\n.dockerignore\n");
        await _scratch.Shell("mkdir w; echo web > w/in; tar -C w -cf w.tar .; mkdir empty");
        await using RunningProcess server = new(engine.Machine.Enter[0],
            [.. engine.Machine.Enter.Skip(1), "python3", "-m", "http.server", "-b", "127.0.0.1", "-d", _scratch.Path, "8098"]);
        await Eventually.True(async () => server.HasExited
            || (await engine.Machine.Run("curl", "-s", "-o", "/dev/null", "http://127.0.0.1:8098/")).Code == 0, "the server listens");
        const string Options = "--build-context files=f --build-context web=http://127.0.0.1:8098/w.tar "
            + "--build-context BASE=docker-image://busybox --build-context other=docker-image://busybox:latest --build-context e=empty";
        Assert.Equal("in\nweb\nf:\nd\n\nf/d:\nin\n\nown:", await Ok($"gantry run --rm $(gantry build -q {Options} c)"));
        // By content: nothing has changed.
        Assert.Equal(7, (await Ok($"touch f/d/in; gantry build {Options} c")).Split(" ---> Using cache").Length - 1);
        await Write("c/Dockerfile", "FROM busybox\nRUN --mount=from=files,target=/m cat /m/d/in > /seen; ls -A /m >> /seen\n"
            + "CMD cat /seen\n");
        Assert.Equal("in\nd", await Ok("gantry run --rm $(gantry build -q --build-context files=f c)"));
    }

    [Theory]
    [InlineData("--build-context files=nowhere", "stat nowhere: No such file or directory")]
    [InlineData("--build-context files=c/Dockerfile", "stat c/Dockerfile: Not a directory")]
    [InlineData("--build-context files=oci-layout:///x", "layout are not supported")]
    [InlineData("--build-context files", "invalid build context")]
    [InlineData("--build-context base=c", "base is a context with files")]
    public async Task WhatIsNoContextIsSaid(string options, string message)
    {
        await Use();
        await Write("c/Dockerfile", "FROM base\n");
        Command.Result refused = await Shell($"gantry build {options} c");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains(message, refused.Error, StringComparison.OrdinalIgnoreCase);
    }
}
