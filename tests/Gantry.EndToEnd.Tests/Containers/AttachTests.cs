using System.Buffers.Binary;
using System.Text;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Terminals;

namespace Gantry.EndToEnd.Containers;

public sealed class AttachTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task ATerminalWithShellResizeDetachAttachAndExitCode(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await using (Terminal terminal = engine.StartInTerminal("run", "-it", "--name", container, "busybox", "sh"))
        {
            await terminal.Shows("# ");
            await terminal.TypeLine("echo answer $((6 * 7)); tty", "answer 42");
            await terminal.Shows("/dev/");
            await terminal.ShellSees(24, 80);
            terminal.Resize(33, 111);
            await terminal.ShellSees(33, 111);
            await terminal.TypeLine("mark=kept; echo set-$mark", "set-kept");
            terminal.Type(Terminal.DetachKeys);
            Assert.Equal(0, await terminal.Ends());
        }
        Assert.Equal("true", await engine.Inspect(container, "{{.State.Running}}"));
        await using (Terminal again = engine.StartInTerminal("attach", container))
        {
            await again.IsRaw();
            await again.TypeLine("echo still $mark", "still kept");
            again.Type("exit 3\n");
            Assert.Equal(3, await again.Ends());
        }
        Assert.Equal("exited 3", await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}"));
        // A terminal's log is what the terminal showed.
        Assert.Contains("answer 42\r\n", (await engine.Run("logs", container)).Output);
    }

    [Theory, EveryEngine]
    public async Task ControlCReachesTheForegroundProcess(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await using Terminal terminal = engine.StartInTerminal("run", "--rm", "-it", "--name", container, "busybox", "sh");
        await terminal.Shows("# ");
        terminal.Type("sleep 100\n");
        await Eventually.True(async () => (await engine.Ok("top", container)).Contains("sleep 100"), "it runs in the foreground");
        terminal.Type("\x03");
        await terminal.TypeLine("echo code $?", "code 130");
        terminal.Type("\x04");
        Assert.Equal(0, await terminal.Ends());
    }

    /// <remarks>On dockerd such an attach shows lines twice, and does not end when the container had ended before.</remarks>
    [Theory, EveryEngine(OursOnly = true)]
    public async Task LogAndWhatFollowsAreTheWholeOutputOnce(string name)
    {
        await using Engine engine = await Use(name);
        for (int i = 0; i < 10; i++)
        {
            string container = engine.NewName();
            await engine.Ok("create", "--name", container, "busybox", "sh", "-c",
                "seq 1 20000; printf 'no '; while [ ! -e /attached ]; do sleep 0.02; done; echo end");
            await engine.Api.Post($"/containers/{container}/start");
            await Task.Delay(i * 10);
            using HttpRequestMessage attach =
                new(HttpMethod.Post, $"/containers/{container}/attach?logs=1&stream=1&stdout=1&stderr=1");
            using HttpResponseMessage answer = await engine.Api.Http.SendAsync(attach, HttpCompletionOption.ResponseHeadersRead);
            // Who comes after the end waits for the next start. The container may end before the command in it does.
            await engine.Run("exec", container, "touch", "/attached");
            byte[] body = await answer.Content.ReadAsByteArrayAsync();
            Assert.Equal(string.Concat(Enumerable.Range(1, 20000).Select(n => $"{n}\n")) + "no end\n", Unframed(body));
        }
    }

    private static string Unframed(ReadOnlySpan<byte> body)
    {
        StringBuilder text = new();
        while (!body.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(body[4..]);
            text.Append(Encoding.ASCII.GetString(body.Slice(8, length)));
            body = body[(8 + length)..];
        }
        return text.ToString();
    }

    [Theory, EveryEngine]
    public async Task SeveralClientsSeeTheSameOutput(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "-d", "-i", "--name", container, "busybox", "sh", "-c", "while read line; do echo got $line; done");
        await using RunningProcess first = engine.Start("attach", container), second = engine.Start("attach", container);
        async Task Say(string word)
        {
            await first.Input.WriteLineAsync(word);
            await first.Input.FlushAsync();
        }
        // Who attaches later sees what comes later.
        await Eventually.True(async () =>
        {
            await Say("hello");
            return second.Output.Contains("got hello");
        }, "the second is attached");
        await Say("one");
        await first.Shows("got one");
        await second.Shows("got one");
    }

    [Theory, EveryEngine]
    public async Task EndOfInputEndsTheCommand(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "-i", "--name", container, "busybox", "wc", "-c");
        Command.Result result = await engine.Run(["start", "-a", "-i", container], new string('x', 100_000));
        Assert.Equal("100000", result.Succeeded());
    }

    [Theory, EveryEngine]
    public async Task OutputAfterEndOfInputStillArrives(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run(["run", "--rm", "-i", "busybox", "sh", "-c", "cat; sleep 0.5; echo after"], "before\n");
        Assert.Equal("before\nafter", result.Succeeded());
    }

    [Theory, EveryEngine]
    public async Task AttachingToAStoppedContainerIsAnError(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "--name", container, "busybox", "true");
        Command.Result result = await engine.Run("attach", container);
        Assert.Equal(1, result.Code);
        Assert.Contains("You cannot attach to a stopped container, start it first", result.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryEngine]
    public async Task DetachKeysCanBeChosen(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await using Terminal terminal =
            engine.StartInTerminal("run", "-it", "--detach-keys", "ctrl-x,q", "--name", container, "busybox", "sh");
        await terminal.Shows("# ");
        terminal.Type("\x18q");
        Assert.Equal(0, await terminal.Ends());
        Assert.Equal("true", await engine.Inspect(container, "{{.State.Running}}"));
    }
}
