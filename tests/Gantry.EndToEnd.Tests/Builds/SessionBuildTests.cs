using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Leftovers;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>Builds of a client that serves its files itself, by BuildKit's protocol.</summary>
public sealed class SessionBuildTests(SharedDaemons daemons) : IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();
    private readonly string _tag = $"session-build-{Interlocked.Increment(ref _names)}";

    public void Dispose() => _scratch.Dispose();

    private async Task<Engine> Use(DaemonKind kind)
    {
        await SessionClient.SkipUnlessInstalled();
        return new Engine(kind == DaemonKind.Docker ? "dockerd" : "docker", await daemons.Of(kind));
    }

    private async Task<string> Run(Engine engine, string script)
    {
        Command.Result result = await SessionClient.Run(engine, _scratch, script);
        result.Succeeded();
        return result.All;
    }

    [Theory, BuildingDaemon]
    public async Task FilesAreThoseThatTheContextDoesNotLeaveOut(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        await _scratch.Shell("mkdir -p c/dir c/out; touch c/a.log c/keep.log c/out/x c/dir/file 'c/a, b' c/ünïcode c/other; "
            + "printf 'Dockerfile\\n.dockerignore\\n*.log\\n!keep.log\\n/out\\na, b\\nünï*\\n' > c/.dockerignore; "
            + "printf 'FROM busybox\\nCOPY . /c\\n' > c/Dockerfile; printf 'FROM busybox\\nCOPY dir /d\\n' > elsewhere");
        await Run(engine, $"build -t {_tag} c");
        Assert.Equal("dir\nkeep.log\nother", await engine.Ok("run", "--rm", _tag, "ls", "-A", "/c"));
        await Run(engine, $"build -t {_tag} -f elsewhere c");
        Assert.Equal("file", await engine.Ok("run", "--rm", _tag, "ls", "-A", "/d"));
        await Run(engine, $"build -t {_tag} -f - c < c/Dockerfile");
        Assert.Equal("dir\nkeep.log\nother", await engine.Ok("run", "--rm", _tag, "ls", "-A", "/c"));
        // A file changes, one comes, one goes.
        await _scratch.Shell("echo new > c/other; rm c/keep.log; echo more > c/more");
        await Run(engine, $"build -t {_tag} c");
        Assert.Equal("dir\nmore\nother\nnew", await engine.Ok("run", "--rm", _tag, "sh", "-c", "ls -A /c; cat /c/other"));
        // An archive, and a Dockerfile alone.
        await Run(engine, $"tar -C c -c --exclude=.dockerignore . | build -t {_tag} -");
        Assert.Equal("Dockerfile\na, b\na.log\ndir\nmore\nother\nout",
            await engine.Ok("run", "--rm", _tag, "sh", "-c", "ls -A /c | head -7"));
        await Run(engine, $"printf 'FROM busybox\\nRUN echo said > /said\\n' | build -t {_tag} -");
        Assert.Equal("said", await engine.Ok("run", "--rm", _tag, "cat", "/said"));
    }

    /// <summary>Through links and patterns too: the client follows them.</summary>
    [Theory, BuildingDaemon]
    public async Task FilesThatNobodyTakesAreNotSent(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        await _scratch.Shell("mkdir -p c/real/deep c/other; head -c 30000000 /dev/urandom > c/large; echo one > c/real/one.txt; "
            + "echo two > c/real/deep/two.txt; head -c 30000000 /dev/urandom > c/other/large; ln -s large c/far; "
            + "ln -s ../real/deep/two.txt c/other/link; "
            + "printf 'FROM busybox\\nCOPY real/one.txt real/deep/*.txt /c/\\nCOPY other/link /d\\n' > c/Dockerfile");
        string told = await Run(engine, $"build -t {_tag} c");
        Assert.Matches(@"transferring context: [0-9.]+k?B", told);
        Assert.DoesNotMatch(@"transferring context: [0-9.]+MB", told);
        Assert.Equal("one\ntwo\ntwo", await engine.Ok("run", "--rm", _tag, "cat", "/c/one.txt", "/c/two.txt", "/d"));
        await _scratch.Shell("printf 'FROM busybox\\nCOPY . /c\\n' > c/Dockerfile");
        Assert.Matches(@"transferring context: 60[0-9.]*MB", await Run(engine, $"build -t {_tag} c"));
    }

    /// <summary>dockerd's own is for one.</summary>
    [Fact]
    public async Task SeveralPlatformsAreFilesInADirectoryForEachOrAnIndex()
    {
        await using Engine engine = await Use(DaemonKind.Gantry);
        const string both = "--platform linux/amd64,linux/arm64";
        await _scratch.Shell("mkdir c; printf 'FROM scratch\\nARG TARGETARCH\\nCOPY for-$TARGETARCH /d/made\\n' > c/Dockerfile; "
            + "echo one > c/for-amd64; echo other > c/for-arm64; ln -s for-arm64 c/link");
        string told = await Run(engine, $"build {both} -o out c; build {both} -o type=tar,dest=out.tar c; build {both} -t {_tag} c");
        Assert.Contains("[linux/arm64 1/1] COPY for-arm64 /d/made", told);
        Assert.Equal("one other one other", (await _scratch.Shell("echo $(cat out/linux_amd64/d/made out/linux_arm64/d/made; "
            + "tar xOf out.tar linux_amd64/d/made linux_arm64/d/made)")).Trim());
        Assert.Equal("amd64 arm64", string.Join(' ', (await engine.Api.Get($"/v1.48/images/{_tag}/json?manifests=1"))
            .Json["Manifests"]!.AsArray().Select(one => (string)one!["ImageData"]!["Platform"]!["architecture"]!)));
    }

    [Theory, BuildingDaemon]
    public async Task WhatGoesOnIsTold(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        string once = Guid.NewGuid().ToString("N");
        await _scratch.Shell($"mkdir c; printf 'FROM busybox AS one\\nRUN echo to out {once}; echo to err >&2\\nFROM busybox\\n"
            + "COPY --from=one /etc/passwd /p\\nENV A=b\\n' > c/Dockerfile");
        string told = await Run(engine, $"build -t {_tag} c");
        Assert.Matches(@"(?m)^#\d+ \[internal\] load build definition from Dockerfile$", told);
        Assert.Matches(@"(?m)^#\d+ \[internal\] load metadata for docker.io/library/busybox:latest$", told);
        Assert.Matches($@"(?m)^#\d+ \[one 2/2\] RUN echo to out {once}; echo to err >&2$", told);
        Assert.Matches($@"(?m)^#\d+ [0-9.]+ to out {once}$", told);
        Assert.Matches(@"(?m)^#\d+ [0-9.]+ to err$", told);
        Assert.Matches(@"(?m)^#\d+ \[stage-1 2/2\] COPY --from=one /etc/passwd /p$", told);
        // With dockerd the client was seen to end before it had told the last of it, on a busy machine.
        if (kind == DaemonKind.Gantry)
            Assert.Matches($@"(?m)^#\d+ naming to docker.io/library/{_tag} done$", Regex.Replace(told, ":latest( |$)", "$1"));
        string again = await Run(engine, $"build -t {_tag} c");
        Assert.Matches(@"(?m)^#\d+ CACHED$", again);
        Assert.DoesNotContain($" to out {once}\n#", again);
        string id = await Run(engine, $"build -q -t {_tag} c");
        Assert.Equal(await engine.Ok("image", "inspect", "-f", "{{.Id}}", _tag), id);
    }

    [Theory, BuildingDaemon]
    public async Task AResultGoesToTheClientThatWantsItsFiles(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        await _scratch.Shell("mkdir -p c/d; echo x > c/d/file; ln -s file c/d/link; chmod 4755 c/d/file; "
            + "head -c 3000000 /dev/zero > c/d/large; printf 'FROM scratch\\nCOPY d /d\\n' > c/Dockerfile");
        await Run(engine, "build -o out c; build -o type=tar,dest=out.tar c; build -o - c > std.tar");
        Assert.Equal("d d/file d/large d/link file 4755 3000000 x", (await _scratch.Shell(
            "cd out; echo $(find d | sort) $(readlink d/link) $(stat -c %a d/file) $(stat -c %s d/large) $(cat d/file)")).TrimEnd());
        foreach (string archive in (string[])["out.tar", "std.tar"])
            Assert.Equal("d/ d/file d/large d/link", (await _scratch.Shell($"echo $(tar tf {archive} | sort)")).TrimEnd());
    }

    [Theory, BuildingDaemon]
    public async Task AFailureIsTheClients(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        await _scratch.Shell("mkdir c");
        foreach ((string dockerfile, string expected) in ((string, string)[])
            [("FROM busybox\nRUN echo said; exit 7", "exit code: 7"), ("FROM busybox\nFOO", "unknown instruction: FOO"),
                ("FROM busybox\nCOPY nosuch /", "not found")])
        {
            await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
            Command.Result result = await SessionClient.Run(engine, _scratch, "build c");
            Assert.Equal(1, result.Code);
            Assert.Contains(expected, result.All);
        }
        Assert.Contains("nosuch", (await SessionClient.Run(engine, _scratch, "build -f nosuch c")).All);
    }

    [Theory, BuildingDaemon]
    public async Task SecretsAndAgentsAreThereForTheCommandAlone(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        string secret = Guid.NewGuid().ToString("N");
        await _scratch.Shell($"mkdir c; echo {secret} > secret; ssh-keygen -q -t ed25519 -N '' -f key; "
            + "printf 'FROM busybox\nRUN --mount=type=secret,id=s md5sum /run/secrets/s > /sum\n"
            + "RUN --mount=type=ssh echo $SSH_AUTH_SOCK > /agent; test -S $SSH_AUTH_SOCK && echo there >> /agent\n"
            + "RUN --mount=type=secret,id=none ls /run/secrets > /none 2>&1 || true\n' > c/Dockerfile");
        await Run(engine, $"eval $(ssh-agent) > /dev/null; trap 'kill $SSH_AGENT_PID' EXIT; ssh-add -q key; "
            + $"build --no-cache --secret id=s,src=secret --ssh default -t {_tag} c");
        string sum = (await _scratch.Shell("md5sum secret")).Split(' ')[0];
        Assert.Equal($"{sum}  /run/secrets/s\n/run/buildkit/ssh_agent.0\nthere",
            await engine.Ok("run", "--rm", _tag, "sh", "-c", "cat /sum /agent"));
        Assert.DoesNotContain("run/secrets/s", await engine.Ok("run", "--rm", _tag, "find", "/run"));
        Command.Result missed = await SessionClient.Run(engine, _scratch,
            "printf 'FROM busybox\nRUN --mount=type=secret,id=nosuch,required=true true\n' | build -");
        Assert.Contains(kind == DaemonKind.Docker ? "nosuch not found: not found" : "nosuch: not found", missed.All);
    }

    /// <summary>What is kept of a context has a name by chance each time that it is another: they are counted, whatever they are called.
    /// </summary>
    private static async Task<IReadOnlyList<string>> Left(Engine engine)
    {
        string kept = $"path {engine.Daemon.DataRoot}/build/contexts/", history = $"path {engine.Daemon.DataRoot}/build/history";
        // What was told of a build stays, however it ended.
        IReadOnlyList<string> all =
            [.. (await Snapshot.Take(engine.Daemon)).Where(line => !line.StartsWith(history, StringComparison.Ordinal))];
        int contexts = all.Count(line => line.StartsWith(kept, StringComparison.Ordinal) && !line[kept.Length..].Contains('/'));
        return [.. all.Where(line => !line.StartsWith(kept, StringComparison.Ordinal)),
            .. Enumerable.Range(1, contexts).Select(number => $"context {number}")];
    }

    /// <summary>An archive of a layer is made when somebody needs it, or some time after the build: who saves the images needs all.
    /// </summary>
    private async Task ArchivesAreMade(Engine engine) =>
        await engine.Ok(["save", "-o", _scratch["saved"], .. (await engine.Ok("images", "-aq")).Split('\n')]);

    /// <summary>However it ends: by the user's signal, killed, or by the word of another client.</summary>
    [Fact]
    public async Task ABuildEndsWithItsClientAndNothingIsLeft()
    {
        await SessionClient.SkipUnlessInstalled();
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        await _scratch.Shell("mkdir c; echo x > c/x; printf 'FROM busybox\\nCOPY . /c\\nRUN echo begun; sleep 1000\\n' > c/Dockerfile");
        // What is made at the first use and stays.
        await Run(engine, $"sed 's/sleep 1000/true/' c/Dockerfile > first; build -f first {_scratch["c"]}");
        await ArchivesAreMade(engine);
        IReadOnlyList<string> before = await Left(engine), now = before;
        foreach (int signal in (int[])[2, 9, 2, 9])
        {
            await using (RunningProcess client = await SessionClient.StartAsync(engine, _scratch["c"]))
            {
                await client.Shows("begun");
                Signals.Send(client.Id, signal);
                await client.Ends();
            }
            await Eventually.True(async () => !(now = await Left(engine)).Except(before).Any(),
                () => $"left: {string.Join(", ", now.Except(before))}");
        }
    }

    /// <summary>Whatever has been said by then.</summary>
    [Fact]
    public async Task ASessionThatIsCutEndsItsBuildAndNothingIsLeft()
    {
        await SessionClient.SkipUnlessInstalled();
        await using Engine engine = await Engine.WithItsOwnDaemon("docker");
        await _scratch.Shell("mkdir c; for i in 1 2 3 4 5 6 7 8; do head -c 20000 /dev/urandom > c/$i; done; "
            + "printf 'FROM busybox\\nCOPY . /c\\nRUN echo begun; sleep 1000\\n' > c/Dockerfile; "
            + "grep -v begun c/Dockerfile > first; echo Dockerfile > c/.dockerignore");
        await Run(engine, "build -f first c");
        await ArchivesAreMade(engine);
        IReadOnlyList<string> before = await Left(engine), now = before;
        foreach (int bytes in (int[])[1, 100, 300, 500, 700, 900, 1100, 1300])
        {
            string socket = _scratch[$"s{bytes}"];
            await using CuttingProxy proxy = new(socket, engine.Daemon.Socket, bytes);
            Command.Result result = await SessionClient.Run($"unix://{socket}", _scratch, "build c");
            Assert.True(result.Code != 0 && proxy.Cuts == 1, $"cut after {bytes} bytes: {proxy.Cuts} cuts, {result.All}");
            await Eventually.True(async () => !(now = await Left(engine)).Except(before).Any(),
                () => $"left after a cut at {bytes}: {string.Join(", ", now.Except(before))}");
        }
    }
}
