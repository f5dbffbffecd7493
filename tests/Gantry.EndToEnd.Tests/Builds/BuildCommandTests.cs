using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Registries;

namespace Gantry.EndToEnd.Builds;

/// <summary>The command line's side of a build.</summary>
public sealed partial class BuildCommandTests(SharedDaemons daemons) : IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>Our client on whichever daemon.</summary>
    private async Task<Engine> Use(DaemonKind kind)
    {
        Engine.SkipUnlessInstalled(kind == DaemonKind.Docker ? "dockerd" : "gantry");
        return new Engine("gantry", await daemons.Of(kind));
    }

    private static string NewTag() => $"built-{Interlocked.Increment(ref _names)}";

    private string Context(string name, string dockerfile, params (string Name, string Content)[] files)
    {
        foreach ((string file, string content) in files.Append(("Dockerfile", dockerfile)))
        {
            string path = _scratch[$"{name}/{file}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }
        return _scratch[name];
    }

    /// <summary>As a shell in the test's directory runs it; <c>gantry</c> is the client.</summary>
    private Task<Command.Result> Shell(Engine engine, string script, string? client = null) => Command.Run("bash",
        ["-ec", $"gantry() {{ {client ?? engine.Client} -H {engine.Daemon.Host} \"$@\"; }}\n{script}"], "", directory: _scratch.Path,
        environment: new Dictionary<string, string?>
        {
            ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration", ["DOCKER_BUILDKIT"] = "0", ["FROM_HERE"] = "environment",
        });

    [Theory, BuildingDaemon]
    public async Task ADirectoryBecomesAnImage(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        string tag = NewTag();
        Context("c", "FROM busybox\nARG A\nARG FROM_HERE\nCOPY . /c\nRUN echo $A $FROM_HERE > /said\nCMD cat /said /c/dir/file\n",
            ("dir/file", "content\n"), ("left", ""), (".dockerignore", "left\nDockerfile\n.dockerignore\n"));
        string output = (await Shell(engine, $"cd c; gantry build -t=\"{tag}\" -t {tag}:2 --build-arg A=b --build-arg FROM_HERE "
            + "--build-arg NOBODYS --label of=us --no-cache=true .")).Succeeded();
        Assert.StartsWith("Sending build context to Docker daemon ", output);
        Assert.Matches("(?m)^Step 1/[67] : FROM busybox$", output);
        Assert.Contains($"Successfully tagged {tag}:2", output);
        Assert.Equal("b environment\ncontent", await engine.Ok("run", "--rm", tag));
        Assert.Equal("dir", await engine.Ok("run", "--rm", $"{tag}:2", "ls", "-A", "/c"));
        Assert.Equal("us", await engine.Ok("image", "inspect", "-f", "{{.Config.Labels.of}}", tag));
    }

    [Theory, BuildingDaemon]
    public async Task StepsThatWereDoneAreNotDoneAgainUnlessAsked(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        // Also with the Dockerfile from elsewhere, and with what it is told of what to leave out.
        Context("c", "FROM busybox\n", ("file", "x"), (".dockerignore", "nothing\n"));
        await File.WriteAllTextAsync(_scratch["other"], $"FROM busybox\nLABEL is={NewTag()}\nCOPY . /c\n");
        string first = (await Shell(engine, "gantry build -q -f other c")).Succeeded();
        Assert.Equal(first, (await Shell(engine, "gantry image build -q -f other c")).Succeeded());
        // In an archive the Dockerfile from elsewhere comes along, and the list that is copied says that it stays out.
        string packed = (await Shell(engine, "gantry builder build --quiet --compress --file=other c")).Succeeded();
        if (kind != DaemonKind.Gantry) Assert.Equal(first, packed);
        Assert.Equal(packed, (await Shell(engine, "gantry build -q --compress -f other c")).Succeeded());
        Assert.Equal(first, (await Shell(engine, "gantry build -q -f - c < other")).Succeeded());
        Assert.NotEqual(first, (await Shell(engine, "gantry build -q --no-cache -f other c")).Succeeded());
        Assert.Matches("^sha256:[0-9a-f]{64}$", first);
    }

    [Theory, BuildingDaemon]
    public async Task StandardInputIsADockerfileOrAnArchive(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        Context("c", "FROM busybox\nCOPY file /file\nCMD cat /file\n", ("file", "content\n"), ("other", "FROM busybox\nCMD echo other\n"));
        await File.WriteAllTextAsync(_scratch["text"], "FROM busybox\nCMD echo text\n");
        foreach ((string script, string said) in new[]
            {
                ("gantry build -q - < text", "text"), ("tar -C c -c . | gantry build -q -", "content"),
                ("tar -C c -cz . | gantry build -q -", "content"), ("tar -C c -cJ . | gantry build -q - -f other", "other"),
            })
            Assert.Equal(said, await engine.Ok("run", "--rm", (await Shell(engine, script)).Succeeded()));
    }

    [Theory, BuildingDaemon]
    public async Task TheIdentifierIsInAFileAfterABuildThatSucceededAlone(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        Context("c", "FROM busybox\nLABEL a=b\n", ("bad", "FROM busybox\nRUN echo moin; exit 7\n"));
        string image = (await Shell(engine, "gantry build -q --iidfile id c")).Succeeded();
        Assert.Equal(image, await File.ReadAllTextAsync(_scratch["id"]));
        Command.Result failed = await Shell(engine, "gantry build --iidfile id -f c/bad c");
        Assert.Equal(7, failed.Code);
        Assert.Contains("moin\n", failed.Output);
        Assert.Contains("returned a non-zero code: 7", failed.Error);
        Assert.False(File.Exists(_scratch["id"]));
        Command.Result nowhere = await Shell(engine, "gantry build --iidfile no/where c");
        Assert.Equal((1, "open no/where: no such file or directory\n", ""), (nowhere.Code, nowhere.Error, nowhere.Output));
    }

    /// <summary>Much more than the daemon takes in before it answers.</summary>
    [Theory, BuildingDaemon]
    public async Task ADaemonThatRefusesBeforeItHasAllIsHeard(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        Context("c", "FROM busybox\n");
        await _scratch.Shell("head -c 200000000 /dev/zero > c/large");
        Command.Result refused = await Shell(engine, $"gantry build -t {NewTag()}@sha256:{new string('a', 64)} c");
        Assert.Equal(1, refused.Code);
        Assert.Matches("^Error response from daemon: .+\n$", refused.Error);
        Assert.DoesNotContain("pipe", refused.All);
    }

    [Theory, BuildingDaemon]
    public async Task InterruptedTheBuildEndsOnBothSides(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        string mark = NewTag();
        Context("c", $"FROM busybox\nRUN echo {mark} has begun; sleep 1000\n");
        await using RunningProcess build = engine.StartThrough(ShellGroup.Shell, ["build", _scratch["c"]]);
        await build.Shows($"\n{mark} has begun\n");
        string step = RunningIn().Match(build.Output).Value;
        // dockerd counts a container among the running ones when it may have said something already.
        await Eventually.True(async () => await Running() != "", "the step's container runs");
        await ShellGroup.Interrupt(build);
        await build.Ends();
        Assert.Contains("ended with 130", build.Output);
        await Eventually.True(async () => await Running() == "", "the step's container has ended");

        // There the step is a container like any other.
        async Task<string> Running() => kind == DaemonKind.Docker ? await engine.Ok("ps", "-q", "--filter", $"id={step}")
            : string.Join(' ', ControlGroups.Below(engine.Daemon.CgroupParent).Where(group => Path.GetFileName(group).StartsWith(step)));
    }

    [Theory, BuildingDaemon]
    public async Task AnAddressIsFetchedByTheDaemon(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        Context("c", "FROM busybox\nCMD cat /file\nCOPY file /file\n", ("file", "content\n"));
        await _scratch.Shell("tar -C c -cf context.tar .; echo 'FROM busybox\nCMD echo fetched' > text; git init -q repo; cp c/* repo; "
            + "cd repo; git add .; git -c user.name=a -c user.email=b commit -qm x; git update-server-info");
        await using RunningProcess server = new(engine.Machine.Enter[0],
            [.. engine.Machine.Enter.Skip(1), "python3", "-m", "http.server", "-b", "127.0.0.1", "-d", _scratch.Path, "8099"]);
        await Eventually.True(async () => server.HasExited
            || (await engine.Machine.Run("curl", "-s", "-o", "/dev/null", "http://127.0.0.1:8099/")).Code == 0, "the server listens");
        Assert.False(server.HasExited, server.Error);
        foreach ((string address, string said) in new[] { ("text", "fetched"), ("context.tar", "content"), ("repo/.git", "content") })
        {
            string image = (await Shell(engine, $"gantry build -q http://127.0.0.1:8099/{address}")).Succeeded();
            Assert.Equal(said, await engine.Ok("run", "--rm", image));
        }
        Command.Result none = await Shell(engine, "gantry build http://127.0.0.1:8099/none");
        Assert.Equal(1, none.Code);
        Assert.StartsWith("Error response from daemon: ", none.Error);
    }

    /// <summary>The image's registry is known to the daemon alone, so it gets all of them.</summary>
    [Theory, BuildingDaemon]
    public async Task TheUsersLoginsGoAlong(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        // "me" with the password "secret", as bcrypt.
        await File.WriteAllTextAsync(_scratch["users"], "me:$2b$05$JNVwar6UBvY7o2Y/6Sh5euXsLgHkNqY0M94CLSexE2gR8sItbJ4tG\n");
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine,
            rest: $"auth:\n  htpasswd:\n    realm: tests\n    path: {_scratch["users"]}");
        string image = $"{registry.Name}/base";
        Directory.CreateDirectory(_scratch["config"]);
        await File.WriteAllTextAsync(_scratch["config/config.json"], "{\"auths\": {\"other.example\": {\"auth\": \"eDp5\"}, \""
            + registry.Name + "\": {\"auth\": \"bWU6c2VjcmV0\"}}}");
        await engine.Ok("tag", "busybox", image);
        await engine.Ok("--config", _scratch["config"], "push", image);
        await engine.Ok("rmi", image);
        Context("c", $"FROM {image}\nCMD echo pulled\n");
        Assert.NotEqual(0, (await engine.Run("build", _scratch["c"])).Code);
        string built = await engine.Ok("--config", _scratch["config"], "build", "-q", _scratch["c"]);
        Assert.Equal("pulled", await engine.Ok("run", "--rm", built));
    }

    [Theory, BuildingDaemon]
    public async Task TheCacheIsListedAndPruned(DaemonKind kind)
    {
        await using Engine engine = await Use(kind);
        Assert.Matches("(?m)^Total reclaimed space: ", await engine.Ok("builder", "prune", "-a", "-f", "--keep-storage", "1GB",
            "--filter", "until=24h"));
        Assert.Matches("^ID +RECLAIMABLE +SIZE +LAST USED *\n", (await engine.Ok("builder", "du")).Replace("CACHE ID", "ID"));
        Assert.Matches("(?m)^Build Cache +[0-9]+ +[0-9]+ ", await engine.Ok("system", "df"));
        Assert.Matches("(?m)^Build cache usage: ", await engine.Ok("system", "df", "-v"));
    }

    /// <summary>Half a context is none, and what is left out need not be readable.</summary>
    [Fact]
    public async Task WhatTheUserMayNotReadIsSaidUnlessItIsLeftOut()
    {
        await using Engine engine = await Use(DaemonKind.Docker);
        Context("file", "FROM busybox\nCOPY . /c\n", ("d/secret", ""));
        Context("directory", "FROM busybox\nCOPY . /c\n", ("d/in/secret", ""));
        await _scratch.Shell("chmod 0 file/d/secret directory/d/in; chmod 755 .");
        string group = (await _scratch.Shell($"stat -c %g {engine.Daemon.Socket}")).Trim();
        foreach ((string name, string reason) in new[]
            { ("file", "no permission to read from '{0}/file/d/secret'"), ("directory", "can't stat '{0}/directory/d/in'") })
        {
            foreach (string client in (string[])[engine.Client, Programs.Find("docker")!])
            {
                Command.Result refused = await Build(client, name);
                Assert.Equal(1, refused.Code);
                Assert.Contains($"error checking context: {reason.Replace("{0}", _scratch.Path)}", refused.Error);
            }
            await File.WriteAllTextAsync(_scratch[$"{name}/.dockerignore"], "d\n");
            foreach (string client in (string[])[engine.Client, Programs.Find("docker")!]) (await Build(client, name)).Succeeded();
        }

        Task<Command.Result> Build(string client, string name) => Shell(engine, $"gantry build {name}",
            $"setpriv --reuid 65534 --regid {group} --clear-groups {client}");
    }

    /// <summary>Standard output, standard error and exit status, of one daemon through both clients.</summary>
    [Fact]
    public async Task SaysWhatDockersClientSays()
    {
        await using Engine engine = await Use(DaemonKind.Docker);
        Context("c", "FROM busybox\nLABEL a=b\n", ("bad", "FROM busybox\nRUN echo moin; exit 7\n"), ("none", "FROM busybox\nNOPE x\n"),
            ("empty/x", ""));
        await Shell(engine, "gantry build c");
        foreach (string arguments in new[]
            {
                "c", "-q c", "-t x:1 -t y c", "no", "c/bad", "-f no c", "c/empty", "''", "- -f -", "- -f x < c/bad",
                "- < c/none", "- < /dev/null", "-f c/bad c", "-q -f c/bad c", "-f c/none c", "--target no c", "-t UPPER c", "-t 'a b' c",
                "--build-arg =3 c", "--label =3 c", "--ulimit nofile c", "--add-host x c", "", "c c", "--isolation no c",
                "--security-opt a=b c", "--memory 1 c",
            })
        {
            (string ours, string theirs) = (await Said(engine.Client), await Said(Programs.Find("docker")!));
            Assert.Equal($"{arguments}\n{theirs}", $"{arguments}\n{ours}");

            async Task<string> Said(string client)
            {
                Command.Result result = await Shell(engine, $"gantry build {arguments}", client);
                // What docker says of its builder, and who it is that speaks; and each step has a container of its own.
                string error = Deprecation().Replace(result.Error, "").Replace("docker", "gantry");
                return Changing().Replace($"{result.Output}\n{error.TrimStart('\n')}\n{result.Code}", "");
            }
        }
    }

    [GeneratedRegex("(?<=Running in )[0-9a-f]+")]
    private static partial Regex RunningIn();

    [GeneratedRegex("(?s)^DEPRECATED: .*environment-variable\\.\n")]
    private static partial Regex Deprecation();

    /// <summary>Identifiers of containers, and sizes: our archive has one header less or more.</summary>
    [GeneratedRegex("(?<=Running in )[0-9a-f]+|(?<=Docker daemon).*kB")]
    private static partial Regex Changing();
}
