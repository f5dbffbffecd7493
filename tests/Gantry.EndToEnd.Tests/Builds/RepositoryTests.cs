using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.EndToEnd.Builds.Calls;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>Git repositories as contexts, which the daemon fetches, and as sources of ADD.</summary>
public sealed class RepositoryTests(SharedDaemons daemons) : IAsyncLifetime
{
    private static int _ports = 9500;

    private readonly Scratch _scratch = new();
    private readonly int _port = Interlocked.Increment(ref _ports);
    private Engine? _engine;
    private RunningProcess? _server;

    public ValueTask InitializeAsync()
    {
        if (Programs.Find("git") is null) Assert.Skip("git is not installed");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_engine is not null) await _engine.DisposeAsync();
        _scratch.Dispose();
    }

    /// <summary>Two commits and two branches, and somebody who gives them in the daemon's machine.</summary>
    /// <param name="alone">With a daemon that nobody else uses.</param>
    private async Task<Engine> Serve(DaemonKind kind, bool alone = false)
    {
        Engine.SkipUnlessInstalled(kind == DaemonKind.Docker ? "dockerd" : "gantry");
        _engine = alone ? await Engine.WithItsOwnDaemon("gantry") : new Engine("gantry", await daemons.Of(kind));
        await _scratch.Shell("""
            git() { command git -c user.name=a -c user.email=b -c init.defaultBranch=main "$@"; }
            git init -q r; cd r; mkdir dir
            printf 'FROM busybox\nCOPY . /c\nCMD cat /c/file\n' | tee dir/Dockerfile > Dockerfile
            echo one > file; echo below > dir/file; ln -s dir link; git add .; git commit -qm one; git tag -am x v1
            git checkout -q -b other; echo other > file; git commit -qam two; git checkout -q main
            """);
        // Not the git that waits for connections, but what does the work: whoever ends it ends all.
        string program = (await _scratch.Shell("command -v git-daemon || echo $(git --exec-path)/git-daemon")).Trim();
        _server = new RunningProcess(_engine.Machine.Enter[0], [.. _engine.Machine.Enter.Skip(1), program, $"--base-path={_scratch.Path}",
            "--export-all", "--reuseaddr", "--listen=127.0.0.1", $"--port={_port}"]);
        await Eventually.True(async () => _server.HasExited
            || (await _engine.Machine.Run("git", "ls-remote", Address("r"))).Code == 0, "the server listens");
        Assert.False(_server.HasExited, _server.Error);
        return _engine;
    }

    private string Address(string rest) => $"git://127.0.0.1:{_port}/{rest}";

    private async Task<string> Commit() => (await _scratch.Shell("git -C r rev-parse HEAD")).Trim();

    private Task Context(string dockerfile) => File.WriteAllTextAsync(_scratch["Dockerfile"], dockerfile);

    private Task<Command.Result> Build(params string[] options) => _engine!.Run(["build", .. options, "-f", _scratch["Dockerfile"],
        _scratch["r/dir"]]);

    [Fact]
    public async Task ARepositoryIsASourceOfAGraph()
    {
        Engine engine = await Serve(DaemonKind.Gantry);
        using KitClient client = await KitClient.OpenAsync(engine.Daemon.Socket);
        await using KitSession session = await KitSession.OpenAsync(engine.Daemon.Socket, _scratch, new ClientFiles());
        KitGraph graph = new();
        Input git = graph.Source($"git://127.0.0.1:{_port}/r#other:dir", ("git.fullurl", Address("r")));
        SolveRequest request = KitBuilds.Request(KitBuilds.NewName(), session, "moby", "graph-of-a-repository");
        request.Definition = graph.To(graph.Change([graph.Image("busybox"), git], KitGraph.Copy(1, "/", "/c")));
        await client.Control.SolveAsync(request);
        Assert.Equal("below", (await engine.Ok("run", "--rm", "graph-of-a-repository", "cat", "/c/file")).Trim());
    }

    [Theory, BuildingDaemon]
    public async Task ARepositoryIsAContext(DaemonKind kind)
    {
        Engine engine = await Serve(kind);
        foreach ((string rest, string said) in new[]
            {
                ("r#main", "one"), ("r#v1", "one"), ("r#other", "other"), ("r#other:dir", "below"), ("r#main:link", "below"),
                ($"r#{await Commit()}", "one"), ("r#refs/heads/other", "other"),
            })
            Assert.Equal((rest, said), (rest, await engine.Ok("run", "--rm", await engine.Ok("build", "-q", Address(rest)))));
    }

    /// <summary>In the words of either.</summary>
    [Theory, BuildingDaemon]
    public async Task WhatIsNoneIsSaid(DaemonKind kind)
    {
        Engine engine = await Serve(kind);
        foreach ((string address, string message) in new[]
            {
                (Address("r#nosuch"), "error fetching: fatal: couldn't find remote ref nosuch"),
                (Address("r#main:file"), "error setting git context, not a directory: "),
                (Address("r#main:../.."), "error setting git context, \"../..\" not within git root"),
                (Address("r#--upload-pack=x"), "invalid refspec: --upload-pack=x"),
                (Address("none"), "error fetching: fatal: remote error: access denied or repository not exported: /none"),
            })
        {
            Command.Result refused = await engine.Run("build", address);
            Assert.Equal(1, refused.Code);
            Assert.StartsWith($"Error response from daemon: {message}", refused.Error);
        }
        // Our client takes it for a directory; another one may send anything.
        Assert.Contains("could not be recognized as URL", (await engine.Machine.Run("curl", "-s", "--unix-socket", engine.Daemon.Socket,
            "-X", "POST", $"http://d/v1.41/build?remote=file://{_scratch["r/.git"]}")).Output);
    }

    [Fact]
    public async Task TheDefaultBranchIsWhatTheRepositorySaysAndItsFilesAloneCount()
    {
        // Other builds have files of their own at the end.
        Engine engine = await Serve(DaemonKind.Gantry, alone: true);
        await _scratch.Shell("cd r; printf 'FROM busybox\\nCOPY . /c\\nRUN ls -A /c > /list\\n' > Dockerfile; "
            + "git -c user.name=a -c user.email=b commit -qam x");
        string image = await engine.Ok("build", "-q", Address("r"));
        Assert.Equal("Dockerfile\ndir\nfile\nlink", await engine.Ok("run", "--rm", image, "cat", "/list"));
        string layers = await engine.Ok("image", "inspect", "-f", "{{json .RootFS.Layers}}", image);
        // Fetched and done again, it is the same to the bit but for what the command made.
        string again = await engine.Ok("build", "-q", "--no-cache", Address("r"));
        Assert.Equal(layers.Split(',')[1], (await engine.Ok("image", "inspect", "-f", "{{json .RootFS.Layers}}", again)).Split(',')[1]);
        string kept = await engine.Ok("build", "-q", "--build-arg", "BUILDKIT_CONTEXT_KEEP_GIT_DIR=1", Address("r"));
        Assert.Equal(".git\nDockerfile\ndir\nfile\nlink", await engine.Ok("run", "--rm", kept, "cat", "/list"));
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{engine.Daemon.DataRoot}/build/tmp"));
    }

    [Fact]
    public async Task AddTakesARepositoryAndFetchesItOnlyWhenItHasChanged()
    {
        Engine engine = await Serve(DaemonKind.Gantry);
        string commit = await Commit();
        await Context($"FROM busybox\nADD {Address("r")} /all\nADD --chown=7:8 {Address("r#other:dir")} /part\n"
            + $"ADD --keep-git-dir --checksum={commit} {Address("r#main")} /kept\n"
            + "RUN cd /; cat all/file part/file kept/file kept/.git/HEAD > /said; ls -A all part >> /said; "
            + "stat -c %u:%g part/file >> /said");
        string image = (await Build("-q")).Succeeded();
        Assert.Equal("one\nbelow\none\nref: refs/heads/main\nall:\nDockerfile\ndir\nfile\nlink\n\npart:\nDockerfile\nfile\n7:8",
            await engine.Ok("run", "--rm", image, "cat", "/said"));
        // It can say what its references are, and nothing more.
        await _scratch.Shell("mv r/.git/objects r/.git/kept-objects; mkdir r/.git/objects; cp -r r/.git/kept-objects/?? r/.git/objects/");
        Assert.Equal(image, (await Build("-q")).Succeeded());
        await _scratch.Shell("cd r; echo new > file; git -c user.name=a -c user.email=b commit -qam new");
        Command.Result moved = await Build();
        Assert.Contains($"expected checksum to match {commit}, got {await Commit()}", moved.Error);
    }

    [Fact]
    public async Task ADockerfileGetsNeitherFilesNorKeysNorOptionsOfTheDaemonsMachine()
    {
        await Serve(DaemonKind.Gantry);
        foreach ((string source, string message) in new[]
            {
                ("git@127.0.0.1:r.git", "needs ssh"), ("ssh://127.0.0.1/r.git", "needs ssh"),
                (Address("r#-x"), "invalid refspec: -x"), ("--checksum=xyz " + Address("r"), "invalid checksum xyz"),
                ("--checksum=abcdef0 file", "checksum can't be specified"), ($"file://{_scratch["r/.git"]}", "file does not exist"),
                (Address("r#main:nosuch"), "error setting git context: stat nosuch: "),
            })
        {
            await Context($"FROM busybox\nADD {source} /x/\n");
            Command.Result refused = await Build();
            Assert.True(refused.Code == 1 && refused.Error.Contains(message), $"{source}: {refused.All}");
        }
    }

    /// <summary>Whoever gives the repository takes the connection and says nothing.</summary>
    [Fact]
    public async Task ABuildThatIsCalledOffEndsItsGitAndRemovesItsFiles()
    {
        Assert.SkipUnless(Programs.Find("python3") is not null, "python3 is not installed");
        Engine.SkipUnlessInstalled("gantry");
        _engine = await Engine.WithItsOwnDaemon("gantry");
        await using RunningProcess silent = new(_engine.Machine.Enter[0], [.. _engine.Machine.Enter.Skip(1), "python3", "-uc",
            $"import socket; s = socket.create_server(('127.0.0.1', {_port})); print('listens'); c = s.accept(); print('taken'); "
            + "s.accept()"]);
        await silent.Shows("listens");
        await using (RunningProcess build = _engine.Start("build", Address("r")))
        {
            await silent.Shows("taken");
            (await Command.Run("kill", "-INT", $"{build.Id}")).Succeeded();
            await build.Ends();
        }
        await Eventually.True(() => !Directory.EnumerateFileSystemEntries($"{_engine.Daemon.DataRoot}/build/tmp").Any(), "nothing is left");
        await Eventually.True(() => !_engine.Machine.Processes().Any(id => Line(id).Contains(Address("r"))), "git has ended");
    }

    private static string Line(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
