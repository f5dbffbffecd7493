using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Registries;

namespace Gantry.EndToEnd.Builds;

/// <summary>Builds that something goes wrong with: it is said what, nothing is left, and the next build goes on.</summary>
public sealed class BuildFaultTests : IAsyncLifetime
{
    private readonly Scratch _scratch = new();
    private TestDaemon _daemon = null!;

    public async ValueTask InitializeAsync() => _daemon = await TestDaemon.Start(DaemonKind.Gantry);

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _scratch.Dispose();
    }

    private async Task<Engine> Use(string client = "docker")
    {
        Engine.SkipUnlessInstalled(client);
        await BaseImage.Import(_daemon);
        return new Engine(client, _daemon);
    }

    private async Task<Command.Result> Build(Engine engine, string dockerfile, string options = "", string context = "c")
    {
        Directory.CreateDirectory(_scratch["c"]);
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
        return await Command.Run("sh", ["-ec", $"\"$0\" -H \"$1\" build {options} {context}", engine.Client, engine.Daemon.Host], "",
            directory: _scratch.Path, environment: new Dictionary<string, string?>
            {
                ["DOCKER_BUILDKIT"] = "0", ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration",
            });
    }

    /// <summary>What a build begins with is there from the cache afterwards.</summary>
    private async Task NothingIsLeftAndTheNextBuildGoesOn(Engine engine, string first)
    {
        await BuildLeftovers.NoneAsync(_daemon, "the build has failed");
        string told = (await Build(engine, $"FROM busybox\n{first}\nRUN echo fine > /said\nCMD cat /said\n", "-t next")).Succeeded();
        Assert.Single(told.Split(" ---> Using cache")[1..]);
        Assert.Equal("fine", await engine.Ok("run", "--rm", "next"));
    }

    private const string First = "RUN echo first > /first";

    [Theory]
    [InlineData("docker", "")]
    [InlineData("docker", "-q")]
    [InlineData("gantry", "")]
    [InlineData("gantry", "-q")]
    public async Task ACommandThatFails(string client, string options)
    {
        await using Engine engine = await Use(client);
        Command.Result failed = await Build(engine,
            $"FROM busybox\n{First}\nRUN seq 3 | sed 's/^/line /'; echo the reason >&2; exit 9\nRUN never\n", options);
        Assert.Equal(9, failed.Code);
        Assert.Contains("line 1\nline 2\nline 3\n", options.Length == 0 ? failed.Output : failed.Error);
        Assert.Contains("the reason", failed.All);
        Assert.Contains("The command '/bin/sh -c seq 3 | sed 's/^/line /'; echo the reason >&2; exit 9' returned a non-zero code: 9",
            failed.Error);
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
    }

    [Fact]
    public async Task ACommandThatTakesTooMuchMemory()
    {
        await using Engine engine = await Use();
        Command.Result failed = await Build(engine, $"FROM busybox\n{First}\nRUN tail /dev/zero\n", "-m 20m --memory-swap 20m");
        Assert.Equal(137, failed.Code);
        Assert.EndsWith("The command '/bin/sh -c tail /dev/zero' returned a non-zero code: 137: it was killed for want of memory",
            failed.Error.TrimEnd());
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
    }

    [Fact]
    public async Task ADiskThatIsFull()
    {
        await _daemon.Stop();
        await _daemon.Machine.RunInside("mount", "-t", "tmpfs", "-o", "size=48m", "full", _daemon.DataRoot);
        await _daemon.Start();
        await using Engine engine = await Use();
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        Command.Result failed = await Build(engine, $"FROM busybox\n{First}\nRUN head -c 12000000 /dev/urandom > /a\nRUN cp /a /b\n"
            + "RUN cp /a /c\nRUN cp /a /d\nRUN cp /a /e\n");
        Assert.NotEqual(0, failed.Code);
        Assert.Contains("o space left on device", failed.All);
        await engine.Ok("builder", "prune", "-f", "--filter", "until=0s");
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
    }

    [Fact]
    public async Task ABaseThatIsNotThere()
    {
        await using Engine engine = await Use();
        await using TestRegistry registry = await TestRegistry.Start(_daemon.Machine);
        string image = $"{registry.Name}/no/such:1";
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        Command.Result failed = await Build(engine, $"FROM busybox\n{First}\nFROM {image}\nCOPY --from=0 /first /\n");
        Assert.Equal(1, failed.Code);
        Assert.Contains($"manifest for {image} not found: manifest unknown: manifest unknown", failed.Error);
        await registry.Kill();
        failed = await Build(engine, $"FROM {image}\n{First}\n");
        Assert.Equal(1, failed.Code);
        Assert.Contains("connection refused", failed.Error);
        Assert.Contains(image, failed.Error);
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("gantry")]
    public async Task ARegistryThatGoesInTheMiddleOfABase(string client)
    {
        await using Engine engine = await Use(client);
        await using TestRegistry registry = await TestRegistry.Start(_daemon.Machine);
        string image = $"{registry.Name}/tests/large:1";
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        // Content by chance: no compression makes less of it.
        (await Build(engine, "FROM busybox\nRUN head -c 150000000 /dev/urandom > /large\n", $"-t {image}")).Succeeded();
        await engine.Ok("push", image);
        await engine.Ok("rmi", image);
        await engine.Ok("builder", "prune", "-a", "-f");
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        Task<Command.Result> build = Build(engine, $"FROM {image}\n{First}\n");
        await Eventually.True(() => build.IsCompleted || Directory.GetFiles($"{_daemon.DataRoot}/content/partial").Length > 0,
            "a layer is on its way");
        await registry.Kill();
        Command.Result failed = await build;
        Assert.Equal(1, failed.Code);
        Assert.Contains(image, failed.Error);
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
        await registry.Start();
        (await Build(engine, $"FROM {image}\nRUN test -s /large\n")).Succeeded();
    }

    /// <summary>Files of the client, which are asked for one by one.</summary>
    [Fact]
    public async Task ADiskThatIsFullWhileFilesCome()
    {
        await _daemon.Stop();
        await _daemon.Machine.RunInside("mount", "-t", "tmpfs", "-o", "size=48m", "full", _daemon.DataRoot);
        await _daemon.Start();
        await using Engine engine = await Use("gantry");
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        await _scratch.Shell("mkdir c/d; for i in 1 2 3 4 5 6 7 8; do head -c 9000000 /dev/urandom > c/d/$i; done; echo small > c/small");
        Command.Result failed = await Build(engine, $"FROM busybox\n{First}\nCOPY d /d\n");
        Assert.Equal(1, failed.Code);
        Assert.Contains("o space left on device", failed.Error);
        Assert.Equal("small", await engine.Ok("run", "--rm", await Quiet(engine, "FROM busybox\nCOPY small /\nCMD cat /small\n")));
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
    }

    private async Task<string> Quiet(Engine engine, string dockerfile) => (await Build(engine, dockerfile, "-q")).Succeeded().Trim();

    [Theory]
    [InlineData("docker")]
    [InlineData("gantry")]
    public async Task ADockerfileThatIsLeftOutOfTheContext(string client)
    {
        await using Engine engine = await Use(client);
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        await _scratch.Shell("echo a > c/a; printf 'Dockerfile\\n.dockerignore\\nb\\n' > c/.dockerignore; echo b > c/b");
        (await Build(engine, "FROM busybox\nCOPY . /all\nCMD ls -A /all\n", "-t left-out")).Succeeded();
        Assert.Equal("a", await engine.Ok("run", "--rm", "left-out"));
        Command.Result failed = await Build(engine, "FROM busybox\nCOPY Dockerfile /\n");
        Assert.Equal(1, failed.Code);
        Assert.Contains("COPY failed: file not found in build context or excluded by .dockerignore: stat Dockerfile: file does not exist",
            failed.Error);
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
    }

    /// <summary>Files grow, shrink and go while a client packs them: what it sends is whole, or it says of which file it is not.</summary>
    [Fact]
    public async Task AContextThatChangesWhileItIsRead()
    {
        await using Engine engine = await Use("gantry");
        (await Build(engine, $"FROM busybox\n{First}\n")).Succeeded();
        await _scratch.Shell("for i in $(seq 200); do head -c 100000 /dev/urandom > c/f$i; done");
        await using RunningProcess writer = new("sh", ["-c", $"cd {_scratch["c"]}; while :; do echo more >> f7; : > f50; "
            + "head -c 100000 /dev/zero > f50; rm -f f90; echo new > f90; mv f120 g; mv g f120; done"]);
        for (int i = 0; i < 8; i++)
        {
            Command.Result built = await Build(engine, $"FROM busybox\nCOPY f* /f/\nRUN test $(ls /f | wc -l) -ge 198; : {i}\n");
            if (built.Code != 0) Assert.Matches(@"\bf(7|50|90|120)\b|\bg\b", built.Error);
        }
        Signals.Kill(writer.Id);
        await _scratch.Shell("rm -f c/f* c/g");
        await NothingIsLeftAndTheNextBuildGoesOn(engine, First);
    }
}
