using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Terminals;

namespace Gantry.EndToEnd.Execs;

public sealed class ExecTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task RunsInsideAndGivesStreamsAndCode(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--hostname", "inside");
        Command.Result result = await engine.Run("exec", container, "sh", "-c", "hostname; echo err >&2; exit 6");
        Assert.Equal((6, "inside\n", "err\n"), (result.Code, result.Output, result.Error));
    }

    [Theory, EveryEngine]
    public async Task PassesItsInputOn(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        string input = new('y', 200_000);
        Assert.Equal("200000", (await engine.Run(["exec", "-i", container, "wc", "-c"], input)).Succeeded());
    }

    [Theory, EveryEngine]
    public async Task EndsInOrderForAClientThatHasMoreToSend(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        string input = string.Concat(Enumerable.Range(1, 400_000).Select(n => $"{n}\n"));
        for (int i = 0; i < 5; i++)
        {
            Command.Result result = await engine.Run(["exec", "-i", container, "head", "-n", "1"], input);
            Assert.Equal((0, "1\n", ""), (result.Code, result.Output, result.Error));
        }
    }

    [Theory, EveryEngine]
    public async Task HasItsContainersLimitsAndATerminalsNameOnlyWithATerminal(string name)
    {
        await using Engine engine = await Use(name);
        // Not nofile: Go programs, as runc is one, now and then give theirs on.
        string container = await engine.RunIdle("-t", "--ulimit", "msgqueue=77:88");
        Assert.Equal("Max msgqueue size 77 88 bytes []",
            await engine.Ok("exec", container, "sh", "-c", "echo $(grep msgqueue /proc/self/limits) [$TERM]"));
        Assert.Equal("[xterm]", (await engine.Ok("exec", "-t", container, "sh", "-c", "echo [$TERM]")).TrimEnd('\r'));
        string named = await engine.RunIdle("-e", "TERM=mine");
        Assert.Equal("[mine]", (await engine.Ok("exec", "-t", named, "sh", "-c", "echo [$TERM]")).TrimEnd('\r'));
    }

    [Theory, EveryEngine]
    public async Task SetsTheProcessUpAsAsked(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("-e", "FROM=container", "-w", "/etc");
        Assert.Equal("container exec /var 33",
            await engine.Ok("exec", "-e", "EXTRA=exec", "-w", "/var", "-u", "www-data", container, "sh", "-c",
                "echo $FROM $EXTRA $(pwd) $(id -u)"));
        Assert.Equal("/etc 0", await engine.Ok("exec", container, "sh", "-c", "echo $(pwd) $(id -u)"));
    }

    [Theory, EveryEngine]
    public async Task IsConfinedAsTheContainerIs(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        string[] status = (await engine.Ok("exec", container, "sh", "-c",
            "grep -E '^(CapEff|CapBnd|Seccomp|NoNewPrivs):' /proc/self/status | tr '\\t' ' '")).Split('\n');
        Assert.Equal(["CapEff: 00000000a80425fb", "CapBnd: 00000000a80425fb", "NoNewPrivs: 0", "Seccomp: 2"], status);
        // In the container's cgroups as well.
        Assert.Equal(await engine.Ok("exec", container, "cat", "/proc/1/cgroup"),
            await engine.Ok("exec", container, "cat", "/proc/self/cgroup"));
    }

    [Theory, EveryEngine]
    public async Task ATerminalWithSizeAndExitCode(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        await using Terminal terminal = engine.StartInTerminal("exec", "-it", container, "sh");
        await terminal.Shows("# ");
        await terminal.ShellSees(24, 80);
        terminal.Resize(40, 100);
        await terminal.ShellSees(40, 100);
        terminal.Type("exit 9\n");
        Assert.Equal(9, await terminal.Ends());
        Assert.Equal("true", await engine.Inspect(container, "{{.State.Running}}"));
    }

    [Theory, EveryEngine]
    public async Task DetachedGoesOnByItself(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        Assert.Equal("", await engine.Ok("exec", "-d", container, "sh", "-c", "echo done > /result; sleep 1000"));
        await Eventually.True(async () => (await engine.Run("exec", container, "cat", "/result")).Output == "done\n",
            "the detached command writes");
        Assert.Contains("sleep 1000", await engine.Ok("top", container));
    }

    [Theory, EveryEngine]
    public async Task MissingAndUnusableCommands(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        Command.Result missing = await engine.Run("exec", container, "no-such-command"),
            unusable = await engine.Run("exec", container, "/etc/passwd");
        // dockerd 20.10 still says 126 for both; docs/differences.md.
        Assert.Equal((engine.IsPeer ? 126 : 127, 126), (missing.Code, unusable.Code));
        Assert.Contains("executable file not found in $PATH", missing.All);
        Assert.Contains("permission denied", unusable.All);
    }

    [Theory, EveryEngine]
    public async Task MissingDirectoriesAndUsers(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        Command.Result missing = await engine.Run("exec", "-w", "/not-there", container, "true"),
            file = await engine.Run("exec", "-w", "/etc/passwd", container, "true");
        Command.Result relative = await engine.Run("exec", "-w", "etc", container, "true"),
            nobody = await engine.Run("exec", "-u", "not-there", container, "true");
        Assert.Equal((engine.IsPeer ? 126 : 127, 126, 126, 126), (missing.Code, file.Code, relative.Code, nobody.Code));
        Assert.Contains("chdir to cwd (\"/not-there\") set in config.json failed: no such file or directory", missing.All);
        Assert.Contains("Cwd must be an absolute path", relative.All);
        Assert.Equal("unable to find user not-there: no matching entries in passwd file", nobody.All.Trim());
    }

    [Theory, EveryEngine]
    public async Task TheAnswerIsFramedAsTheStartSays(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        async Task<string> Output(string terminal, string startTerminal)
        {
            ApiClient.Answer made = await engine.Api.Post($"/v1.41/containers/{container}/exec",
                $$"""{"Cmd":["sh","-c","echo out; echo err >&2"],"AttachStdout":true,"AttachStderr":true,"Tty":{{terminal}}}""");
            return (await engine.Api.Post($"/v1.41/exec/{made.Json["Id"]}/start", $$"""{"Tty":{{startTerminal}}}""")).Body;
        }
        // Two pipes have no order between them.
        string framed = await Output("false", "false"), outFrame = "\u0001\0\0\0\0\0\0\u0004out\n",
            errFrame = "\u0002\0\0\0\0\0\0\u0004err\n";
        Assert.True(framed == outFrame + errFrame || framed == errFrame + outFrame, framed);
        Assert.Equal("out\n", await Output("false", "true"));
        Assert.Equal("out\r\nerr\r\n", await Output("true", "true"));
        Assert.StartsWith("\u0001\0\0\0\0\0\0", await Output("true", "false"));
    }

    [Theory, EveryEngine]
    public async Task IsKnownUntilItsContainerIsRemoved(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        async Task<string> Make() =>
            (await engine.Api.Post($"/v1.41/containers/{container}/exec", """{"Cmd":["sleep","1000"]}""")).Json["Id"]!.GetValue<string>();
        string used = await Make(), unused = await Make();
        await engine.Api.Post($"/v1.41/exec/{used}/start", """{"Detach":true}""");
        ApiClient.Answer again = await engine.Api.Post($"/v1.41/exec/{used}/start", """{"Detach":true}""");
        Assert.Equal((409, $"Error: Exec command {used} is already running"), ((int)again.Status, again.Message));
        await engine.Ok("kill", container);
        ApiClient.Answer ended = await engine.Api.Get($"/v1.41/exec/{used}/json");
        await Eventually.True(async () => !(ended = await engine.Api.Get($"/v1.41/exec/{used}/json")).Json["Running"]!.GetValue<bool>(),
            "it ends with its container");
        Assert.Equal(137, ended.Json["ExitCode"]!.GetValue<int>());
        Assert.True(ended.Json["Pid"]!.GetValue<int>() > 0, ended.Body);
        await Eventually.True(async () => (int)(await engine.Api.Get($"/v1.41/exec/{unused}/json")).Status == 404,
            "what was not started is forgotten");
        await engine.Ok("rm", container);
        Assert.Equal(404, (int)(await engine.Api.Get($"/v1.41/exec/{used}/json")).Status);
        Assert.Equal(404, (int)(await engine.Api.Post($"/v1.41/exec/{used}/start", "{}")).Status);
    }

    [Theory, EveryEngine]
    public async Task IntoAStoppedOrUnknownContainerIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        string id = await engine.Ok("create", "--name", container, "busybox", "true");
        Command.Result stopped = await engine.Run("exec", container, "true");
        Assert.Equal(1, stopped.Code);
        Assert.Contains($"{id} is not running", stopped.Error);
        Command.Result unknown = await engine.Run("exec", "nobody-has-this-name", "true");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("No such container: nobody-has-this-name", unknown.Error);
    }

    [Theory, EveryEngine]
    public async Task InspectTellsHowItEnded(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        ApiClient.Answer made = await engine.Api.Post($"/v1.41/containers/{container}/exec", """{"Cmd":["sh","-c","exit 5"]}""");
        Assert.Equal(201, (int)made.Status);
        string id = made.Json["Id"]!.GetValue<string>();
        Assert.Equal(200, (int)(await engine.Api.Post($"/v1.41/exec/{id}/start", """{"Detach":true}""")).Status);
        await Eventually.True(async () => !(await engine.Api.Get($"/v1.41/exec/{id}/json")).Json["Running"]!.GetValue<bool>(),
            "the exec ends");
        ApiClient.Answer inspect = await engine.Api.Get($"/v1.41/exec/{id}/json");
        Assert.Equal(5, inspect.Json["ExitCode"]!.GetValue<int>());
        Assert.Equal("sh", inspect.Json["ProcessConfig"]!["entrypoint"]!.GetValue<string>());
        Assert.Equal(404, (int)(await engine.Api.Get("/v1.41/exec/0123456789abcdef/json")).Status);
    }
}
