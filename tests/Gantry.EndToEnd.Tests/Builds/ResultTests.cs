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
            { ("outputs=%5B%7B%22Type%22%3A%22tar%22%7D%5D&t=x", 400), ("outputs=%5B%7B%22Type%22%3A%22oci%22%7D%5D", 501),
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

    [Theory, BuildingDaemon]
    public async Task SquashIsRefusedInDockersWords(DaemonKind kind)
    {
        await Use(kind);
        await Write("c/Dockerfile", "FROM busybox\n");
        Command.Result refused = await Shell("gantry build --squash c");
        Assert.Equal((1, "Error response from daemon: squash is only supported with experimental mode\n"), (refused.Code, refused.Error));
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
