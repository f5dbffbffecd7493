using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.BadInput;

/// <summary>What users get wrong on the command line: a clear message, the right exit code, nothing left behind.</summary>
public sealed class CommandTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task UnknownImage(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        Command.Result result = await engine.Run("run", "--name", container, "localhost:1/never/seen:tag", "true");
        Assert.Equal(125, result.Code);
        Assert.Contains("Unable to find image 'localhost:1/never/seen:tag' locally", result.Error);
        Assert.NotEqual(0, (await engine.Run("inspect", container)).Code);
        ApiClient.Answer answer = await engine.Api.Post("/v1.41/containers/create", """{"Image":"never/seen:tag"}""");
        Assert.Equal((404, "No such image: never/seen:tag"), ((int)answer.Status, answer.Message));
    }

    [Theory, EveryEngine]
    public async Task CommandNotFoundIs127(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        Command.Result result = await engine.Run("run", "--name", container, "busybox", "no-such-command");
        Assert.Equal(127, result.Code);
        Assert.Contains("exec: \"no-such-command\": executable file not found in $PATH", result.Error);
        Assert.Equal("created 127", await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Contains("no such file or directory", (await engine.Run("run", "--rm", "busybox", "/no/such/command")).Error);
    }

    [Theory, EveryEngine]
    public async Task NotExecutableIs126(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "busybox", "/etc/passwd");
        Assert.Equal(126, result.Code);
        Assert.Contains("exec: \"/etc/passwd\": permission denied", result.Error);
        Assert.Equal(126, (await engine.Run("run", "--rm", "busybox", "/etc")).Code);
    }

    [Theory, EveryEngine]
    public async Task NameInUse(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        string id = await engine.Ok("create", "--name", container, "busybox", "true");
        Command.Result result = await engine.Run("run", "--name", container, "busybox", "true");
        Assert.Equal(125, result.Code);
        Assert.Contains($"Conflict. The container name \"/{container}\" is already in use by container \"{id}\". You have to remove (or "
            + $"rename) that container to be able to reuse that name.", result.Error);
        ApiClient.Answer answer = await engine.Api.Post($"/v1.41/containers/create?name={container}", """{"Image":"busybox"}""");
        Assert.Equal(409, (int)answer.Status);
        string other = engine.NewName();
        await engine.Ok("create", "--name", other, "busybox", "true");
        Assert.Equal(1, (await engine.Run("rename", other, container)).Code);
    }

    [Theory, EveryEngine]
    public async Task BadName(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("create", "--name", "bad/name", "busybox", "true");
        Assert.Equal(1, result.Code);
        Assert.Contains("Invalid container name (bad/name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", result.Error);
    }

    [Theory, EveryEngine]
    public async Task UnknownContainer(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string[] line in new string[][] { ["start"], ["stop"], ["kill"], ["logs"], ["rm"], ["wait"], ["top"], ["pause"],
            ["restart"] })
        {
            Command.Result result = await engine.Run([.. line, "nobody"]);
            Assert.Equal(1, result.Code);
            Assert.Contains("No such container: nobody", result.Error);
        }
        Assert.Equal(0, (await engine.Run("rm", "-f", "nobody")).Code is 0 or 1 ? 0 : 2);
    }

    [Theory, EveryEngine]
    public async Task WorkingDirectoryThatIsAFile(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "--name", engine.NewName(), "-w", "/etc/passwd", "busybox", "pwd");
        Assert.InRange(result.Code, 125, 127);
        Assert.Contains("not a directory", result.Error);
    }

    [Theory, EveryEngine]
    public async Task RelativeWorkingDirectory(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "--name", engine.NewName(), "-w", "not/absolute", "busybox", "pwd");
        Assert.Equal(125, result.Code);
        Assert.Contains("needs to be an absolute path", result.Error);
    }

    [Theory, EveryEngine]
    public async Task UnknownUser(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("run", "--rm", "--name", engine.NewName(), "-u", "nobody-here", "busybox", "true");
        Assert.InRange(result.Code, 125, 126);
        Assert.Contains("unable to find user nobody-here", result.Error);
    }

    [Theory, EveryEngine]
    public async Task BadOptions(string name)
    {
        await using Engine engine = await Use(name);
        async Task Refused(string text, params string[] options)
        {
            Command.Result result = await engine.Run(["run", "--rm", "--name", engine.NewName(), .. options, "busybox", "true"]);
            Assert.True(result.Code == 125, $"{string.Join(' ', options)}: exit code {result.Code}: {result.All}");
            Assert.Contains(text, result.Error, StringComparison.OrdinalIgnoreCase);
        }
        await Refused("unknown flag: --no-such-flag", "--no-such-flag");
        await Refused("invalid", "-m", "lots");
        await Refused("invalid", "-p", "99999999:80");
        await Refused("invalid", "-v", "relative/path/:also:bad:spec");
        await Refused("invalid", "--network", "container:");
        await Refused("no-such-network", "--network", "no-such-network");
        await Refused("capability", "--cap-add", "NO_SUCH");
        await Refused("runtime", "--runtime", "no-such-runtime");
    }

    [Theory, EveryEngine]
    public async Task UnknownCommandAndMissingArguments(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result unknown = await engine.Run("no-such-verb");
        Assert.NotEqual(0, unknown.Code);
        Assert.Contains("no-such-verb", unknown.Error);
        Command.Result missing = await engine.Run("run");
        Assert.NotEqual(0, missing.Code);
        Assert.Contains("requires at least 1 argument", missing.Error);
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task WhatIsNotThereYetSaysWhatToDoInstead(string name)
    {
        await using Engine engine = await Use(name);
        Assert.SkipUnless(name == "gantry", "the stock client has all of them");
        foreach (string command in (string[])["buildx build .", "stats", "container stats", "context ls", "compose up", "swarm init"])
        {
            Command.Result result = await engine.Run(command.Split(' '));
            Assert.Equal(1, result.Code);
            Assert.Matches($"^gantry: 'gantry {command.Split(' ')[0]}.*' is not there yet: .+", result.Error);
        }
    }

    /// <summary>A shell goes on with what follows.</summary>
    /// <remarks>So does the stock client, which cannot be seen to be ready for it: its language's own handler is there before.</remarks>
    [Fact]
    public async Task WhoeverIsInterruptedEndsByItself()
    {
        await using Engine engine = await Use("gantry");
        string container = await engine.RunIdle("--network", "none");
        foreach (string[] command in (string[][])[["logs", "-f", container], ["events"], ["wait", container]])
        {
            await using RunningProcess shell = engine.StartThrough(ShellGroup.Shell, command);
            int group = await ShellGroup.NumberOf(shell), client = 0;
            await Eventually.True(() => int.TryParse(File.ReadAllText($"/proc/{group}/task/{group}/children"), out client), "it runs");
            await Eventually.True(() => Signals.IsHandled(client, 2), "it has set its handlers");
            await ShellGroup.Interrupt(shell);
            await shell.Ends();
            Assert.Contains("ended with 130", shell.Output);
        }
    }

    [Theory, EveryEngine]
    public async Task NobodyListens(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await Command.Run(engine.Client, "-H", "unix:///tmp/ge/nobody.sock", "ps");
        Assert.Equal(1, result.Code);
        Assert.Contains("Cannot connect to the Docker daemon at unix:///tmp/ge/nobody.sock. Is the docker daemon running?", result.Error);
        if (name == "gantry") Assert.Contains("The daemon is the program gantryd", result.Error);
    }

    [Theory, EveryEngine]
    public async Task HelpThatNobodyAskedForIsNoOutput(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string[] words in (string[][])[[], ["network"]])
        {
            Command.Result bare = await Command.Run(engine.Client, words), asked = await Command.Run(engine.Client, [.. words, "--help"]);
            Assert.Equal((0, ""), (bare.Code, bare.Output));
            Assert.Contains("Usage:", bare.Error);
            Assert.Equal((0, ""), (asked.Code, asked.Error));
            Assert.Contains("Usage:", asked.Output);
        }
    }

    [Theory, EveryEngine]
    public async Task LogoutOfWhereNobodyIsLoggedInIsDone(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("Removing login credentials for 192.0.2.1:5000",
            await engine.Ok("--config", "/tmp/ge/no-configuration", "logout", "192.0.2.1:5000"));
    }

    [Fact]
    public async Task TheVersionIsToldAsWhatTheProgramIsCalled()
    {
        const string Version = @"version \d+\.\d+\.\d+, build (unknown|[0-9a-f]{7})";
        Assert.Matches($@"^Gantry {Version}\n$", (await Command.Run(Programs.Gantry, "--version")).Output);
        using Scratch scratch = new();
        string docker = Path.Combine(scratch.Path, "docker");
        File.CreateSymbolicLink(docker, Programs.Gantry);
        Assert.Matches($@"^Docker {Version} \(Gantry\)\n$", (await Command.Run(docker, "-v")).Output);
    }

    /// <summary>As it was typed when client and daemon were one program.</summary>
    [Fact]
    public async Task TheDaemonsOldNamesStartIt()
    {
        string version = (await Command.Run(Programs.Daemon, "--version")).Succeeded();
        foreach (string[] words in (string[][])[["-d", "--version"], ["-H", "192.0.2.1:2375", "-d", "-v"], ["daemon", "--version"]])
            Assert.Equal(version, (await Command.Run(Programs.Gantry, words)).Succeeded());
        Command.Result refused = await Command.Run(Programs.Gantry, "-H", "no://where", "-d");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("invalid bind address format: no://where", refused.All);
    }
}
