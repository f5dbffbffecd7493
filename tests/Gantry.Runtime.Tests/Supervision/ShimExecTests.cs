using Gantry.Runtime.Tests.Bundles;
using Gantry.Shim;

namespace Gantry.Runtime.Tests.Supervision;

public sealed class ShimExecTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OutputAndStatusComeBackOnTheConnectionAndOnControl()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using ShimClient exec = await container.ExecAsync("e1", "echo out; echo err >&2; exit 4");
        Assert.Equal(ShimMessageType.Started, (await exec.MessageAsync()).Type);
        await exec.ToEndAsync();
        Assert.Equal("out\n", exec.Out);
        Assert.Equal("err\n", exec.Err);
        Assert.Equal(4, exec.Exited?.Exit?.Code);
        await ShimContainer.UntilAsync(() => container.ExecsEnded.Count == 1, "control is told");
        Assert.Equal(("e1", 4), (container.ExecsEnded[0].Id, container.ExecsEnded[0].Exit.Code));
        Assert.Equal("", container.Logged());
    }

    [Fact]
    public async Task StdinIsHalfClosed()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using ShimClient exec = await container.ExecAsync("e1", "cat; echo eof", stdin: true);
        await exec.MessageAsync();
        await exec.WriteAsync("abc\n");
        exec.EndInput();
        await exec.ToEndAsync();
        Assert.Equal("abc\neof\n", exec.Out);
        Assert.Equal(0, exec.Exited?.Exit?.Code);
    }

    [Fact]
    public async Task ATerminalHasTheSizeAskedForAndCanBeResized()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using ShimClient exec = await container.ExecAsync("tty", "sh", stdin: true, terminal: true);
        await exec.MessageAsync();
        await exec.WriteAsync("stty size\n");
        await exec.UntilAsync("30 100\r\n");
        await container.Control.ResizeAsync(40, 120, "tty", Cancellation);
        await exec.WriteAsync("stty size\n");
        await exec.UntilAsync("40 120\r\n");
        await exec.WriteAsync("exit 6\n");
        await exec.ToEndAsync();
        Assert.Equal(6, exec.Exited?.Exit?.Code);
    }

    [Fact]
    public async Task ATerminalHasItsSizeBeforeTheCommandRuns()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using ShimClient exec = await container.ExecAsync("tty", "stty size", terminal: true);
        await exec.MessageAsync();
        await exec.ToEndAsync();
        Assert.Equal("30 100\r\n", exec.Out);
    }

    [Fact]
    public async Task ADetachedExecRunsOnWithoutItsClient()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using (ShimClient exec = await container.ExecAsync("d", "sleep 0.3; exit 8", output: false)) await exec.MessageAsync();
        Assert.Equal(["d"], (await container.Control.StateAsync(Cancellation)).Execs);
        await ShimContainer.UntilAsync(() => container.ExecsEnded.Count == 1, "it ended");
        Assert.Equal(8, container.ExecsEnded[0].Exit.Code);
        Assert.Null((await container.Control.StateAsync(Cancellation)).Execs);
    }

    [Fact]
    public async Task AClientThatGoesAwayDoesNotBlockItsExec()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using (ShimClient exec = await container.ExecAsync("big", "seq 1 500000; exit 2")) await exec.MessageAsync();
        await ShimContainer.UntilAsync(() => container.ExecsEnded.Count == 1, "it ended");
        Assert.Equal(2, container.ExecsEnded[0].Exit.Code);
    }

    [Fact]
    public async Task ASignalReachesTheExecAlone()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using ShimClient exec = await container.ExecAsync("k", "sleep 50");
        await exec.MessageAsync();
        await container.Control.SignalAsync(9, execId: "k", cancellation: Cancellation);
        await exec.ToEndAsync();
        Assert.Equal(137, exec.Exited?.Exit?.Code);
        Assert.False(container.Control.Exited.IsCompleted);
    }

    [Fact]
    public async Task AMissingCommandFailsWithItsStep()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await using ShimClient exec = await container.ConnectAsync(new ShimMessage
        {
            Type = ShimMessageType.Exec, ExecId = "none", Process = Busybox.Process(false, "nothing-here"), Stdout = true, Stderr = true,
        });
        ShimMessage answer = await exec.MessageAsync();
        Assert.Equal((ShimMessageType.Failed, FailureStep.CommandNotFound), (answer.Type, answer.Step));
        Assert.Equal("running", (await container.Control.StateAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task ExecsEndWithTheirContainer()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 0.5");
        await using ShimClient exec = await container.ExecAsync("e", "echo in; sleep 100");
        await exec.MessageAsync();
        await exec.ToEndAsync();
        Assert.Equal("in\n", exec.Out);
        Assert.Equal(137, exec.Exited?.Exit?.Code);
        Assert.Equal(0, (await container.ExitedAsync())?.Code);
    }

    [Fact]
    public async Task ManyAtOnceKeepTheirOutputApart()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            await using ShimClient exec = await container.ExecAsync($"m{n}", $"for i in 1 2 3 4 5; do echo {n}; done; exit {n}");
            await exec.MessageAsync();
            await exec.ToEndAsync();
            Assert.Equal(string.Concat(Enumerable.Repeat($"{n}\n", 5)), exec.Out);
            Assert.Equal(n, exec.Exited?.Exit?.Code);
        }));
    }
}
