using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Leftovers;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>Files of the client that are asked for when a step wants them, and kept for the next build.</summary>
public sealed class ClientFilesTests(SharedDaemons daemons) : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static readonly Dictionary<string, string?> NoLogin = new() { ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration" };

    private async Task<string> Build(Engine engine, params string[] options) => (await Command.Run(engine.Client,
        ["-H", engine.Daemon.Host, "build", .. options], "", environment: NoLogin)).Succeeded();

    private string[] Kept(Engine engine) => Directory.GetDirectories($"{engine.Daemon.DataRoot}/build/contexts");

    [Fact]
    public async Task WhatIsCopiedIsWhatTheClientHasAndNothingElse()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await _scratch.Shell("""
            mkdir -p c/src/sub c/left; cd c; echo 1 > src/a; echo 2 > src/sub/b; ln -s a src/l; ln src/a src/hard; echo x > left/x
            echo y > left/y; printf 'left\n!left/y\nDockerfile\n' > .dockerignore; : > "$(printf 'src/no\377utf')"; chmod 751 src/sub
            head -c 200000 /dev/zero > src/pad
            printf 'FROM busybox\nCOPY . /all\nRUN cd /all; find . | sort > /list; stat -c %%a:%%h src/sub src/a >> /list' > Dockerfile
            echo 'RUN cat /all/src/sub/b >> /list' | sed 's/^/\n/' >> Dockerfile
            """);
        await Build(engine, "-t", "first", _scratch["c"]);
        const string Found = ".\n./.dockerignore\n./left\n./left/y\n./src\n./src/a\n./src/hard\n./src/l\n./src/no\ufffdutf\n"
            + "./src/pad\n./src/sub\n./src/sub/b\n";
        Assert.Equal(Found + "751:2\n644:2\n2", await engine.Ok("run", "--rm", "first", "cat", "/list"));
        Assert.Contains("Using cache", await Build(engine, "-t", "again", _scratch["c"]));
        await _scratch.Shell("echo 3 > c/src/sub/b; rm c/src/hard");
        Assert.DoesNotContain("Using cache", await Build(engine, "-t", "second", _scratch["c"]));
        Assert.Equal(Found.Replace("./src/hard\n", "") + "751:2\n644:1\n3", (await engine.Ok("run", "--rm", "second", "cat", "/list")));
        // Known by its content, wherever it comes from: as an archive it is the same.
        Assert.Contains("Using cache", await Build(engine, "--compress", _scratch["c"]));
        Assert.Single(Kept(engine));
        Assert.Contains("source.local", await engine.Ok("builder", "du", "--verbose"));
        await engine.Ok("builder", "prune", "--all", "--force");
        Assert.Empty(Kept(engine));
        Assert.Empty(Directory.GetFileSystemEntries($"{engine.Daemon.DataRoot}/build/tmp"));
        await _scratch.Shell("rm -r c");
    }

    /// <summary>What no COPY wants is not sent, and links lead where they lead.</summary>
    [Fact]
    public async Task WhatNoStepTakesIsNotSent()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await _scratch.Shell("""
            mkdir -p c/app/sub c/real/deep c/other; cd c; echo a > app/a; echo s > app/sub/s; echo r > real/deep/r
            head -c 200000 /dev/zero > other/no
            echo p > package.json; echo l > package-lock.json; echo b > bound; echo no > no; ln -s ../real/deep app/link; ln -s /real up
            ln -s a-ring ring; ln -s ring a-ring; ln -s package.json by.json; chmod 750 app
            printf 'FROM busybox\nCOPY package*.json by.j??? ./w/\nCOPY app/link/r up/deep /l/\nCOPY app/sub /s\n' > Dockerfile
            printf 'RUN --mount=type=bind,source=bound,target=/b cat /b > /bb\nRUN cat /w/* /l/* /s/* /bb > /list\n' >> Dockerfile
            """);
        await Build(engine, "-t", "narrow", _scratch["c"]);
        Assert.Equal("p\nl\np\nr\ns\nb", (await engine.Ok("run", "--rm", "narrow", "cat", "/list")));
        string tree = $"{Assert.Single(Kept(engine))}/tree";
        Assert.Equal("app app/link app/sub app/sub/s bound by.json package-lock.json package.json real real/deep real/deep/r up",
            (await _scratch.Shell($"cd {tree}; find . -mindepth 1 | sed s,./,, | sort | xargs")).Trim());
        Assert.Contains("Using cache", await Build(engine, _scratch["c"]));
        // Another file takes something else, and everything is everything.
        await _scratch.Shell("printf 'FROM busybox\nCOPY ring /\n' > c/Dockerfile");
        Command.Result ring = await engine.Run("build", _scratch["c"]);
        Assert.NotEqual(0, ring.Code);
        Assert.Contains("ring", ring.Error);
        await _scratch.Shell("rm c/ring c/a-ring");
        await _scratch.Shell("printf 'FROM busybox\nCOPY no .\nCOPY . /all\nRUN ls /all | xargs > /list' > c/Dockerfile");
        await Build(engine, "-t", "wide", _scratch["c"]);
        Assert.Equal("Dockerfile app bound by.json no other package-lock.json package.json real up",
            await engine.Ok("run", "--rm", "wide", "cat", "/list"));
        // A name that the variables of the file decide.
        await _scratch.Shell("printf 'FROM busybox\nARG D\nCOPY $D/a /\nRUN cat /a' > c/Dockerfile");
        Assert.Contains("\na\n", await Build(engine, "--build-arg", "D=app", _scratch["c"]));
    }

    /// <summary>What is little goes with the request, and gives what would come of it otherwise.</summary>
    [Fact]
    public async Task ASmallDirectoryGoesAlongWithTheRequest()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await _scratch.Shell("""
            mkdir -p c/d; cd c; echo a > d/a; ln d/a d/b; ln -s a d/l; echo x > left; printf 'left\nDockerfile\n' > .dockerignore
            chmod 4751 d/a; touch -d '2020-02-02 02:02:02.5' d/a
            printf 'FROM busybox\nCOPY . /all\nRUN cd /all; find . | sort > /list; stat -c %%a:%%h:%%u:%%Y d/a >> /list\n' > Dockerfile
            """);
        string output = await Build(engine, "-t", "small", _scratch["c"]);
        Assert.Matches("^Sending build context to Docker daemon +[4-9]", output);
        const string Found = ".\n./.dockerignore\n./d\n./d/a\n./d/b\n./d/l\n";
        Assert.Equal(Found + "4751:2:0:1580608922", await engine.Ok("run", "--rm", "small", "cat", "/list"));
        Assert.Empty(Kept(engine));
        // With something that no step wants it is a large one, and its steps are those that were.
        await _scratch.Shell("printf 'FROM busybox\nCOPY d /d\n' > c/Dockerfile");
        string id = await Build(engine, "-q", _scratch["c"]);
        await _scratch.Shell("head -c 200000 /dev/zero > c/more");
        Assert.Equal(id, await Build(engine, "-q", _scratch["c"]));
        Assert.Single(Kept(engine));
    }

    /// <summary>Whose directory is large and whose Dockerfile copies nothing waits for nothing.</summary>
    [Fact]
    public async Task ABuildThatCopiesNothingAsksForNothing()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await _scratch.Shell("mkdir c; printf 'FROM busybox\nRUN true\n' > c/Dockerfile; head -c 200000 /dev/zero > c/x");
        await Build(engine, _scratch["c"]);
        Assert.Empty(Kept(engine));
        await Build(engine, "--check", _scratch["c"]);
        Assert.Empty(Kept(engine));
    }

    [Fact]
    public async Task DockerfilesAndContextsFromElsewhereComeToo()
    {
        await using Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        await _scratch.Shell("mkdir -p c other/d; echo c > c/f; echo o > other/d/f; echo no > other/no; echo no > other/.dockerignore");
        await _scratch.Shell("echo i > c/i");
        await File.WriteAllTextAsync(_scratch["elsewhere"],
            "FROM busybox\nCOPY . /c/\nCOPY --from=other . /o/\nRUN find /c /o -type f | sort > /list");
        await _scratch.Shell("echo i > elsewhere.dockerignore");
        await Build(engine, "-t", "elsewhere", "-f", _scratch["elsewhere"], "--build-context", $"other={_scratch["other"]}",
            _scratch["c"]);
        Assert.Equal("/c/f\n/o/.dockerignore\n/o/d/f", await engine.Ok("run", "--rm", "elsewhere", "cat", "/list"));
        Command.Result input = await Command.Run(engine.Client,
            ["-H", engine.Daemon.Host, "build", "-f", "-", "-t", "input", _scratch["c"]],
            "FROM busybox\nCOPY . /c/\nRUN ls -A /c > /list", environment: NoLogin);
        input.Succeeded();
        Assert.Equal("f\ni", await engine.Ok("run", "--rm", "input", "cat", "/list"));
    }

    /// <summary>Killed while it sends: the build ends, and nothing of it is left.</summary>
    [Fact]
    public async Task AClientThatIsKilledLeavesNothing()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        await _scratch.Shell("mkdir c; yes x | head -c 2000000000 > c/large; printf 'FROM busybox\nCOPY large /\n' > c/Dockerfile");
        // What is made at the first use is there already.
        await Build(engine, "--check", _scratch["c"]);
        IReadOnlyList<string> before = await Snapshot.Take(engine.Daemon);
        using (System.Diagnostics.Process client = System.Diagnostics.Process.Start(
            Command.StartInfo(engine.Client, ["-H", engine.Daemon.Host, "build", _scratch["c"]], NoLogin))!)
        {
            string tmp = $"{engine.Daemon.DataRoot}/build/tmp";
            await Eventually.True(() => Directory.Exists(tmp) && Directory.GetFiles(tmp, "*", SearchOption.AllDirectories)
                .Any(file => new FileInfo(file).Length > 10_000_000), "it sends");
            client.Kill();
            await client.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        List<string> left = [];
        await Eventually.True(async () => (left = [.. (await Snapshot.Take(engine.Daemon)).Except(before)]).Count == 0,
            () => $"nothing is left:\n{string.Join('\n', left)}");
    }
}
