using Gantry.Shim;

namespace Gantry.Runtime.Tests.Supervision;

public sealed class OutputTests
{
    [Fact]
    public async Task OutputGoesToTheLogAndTheExitStatusToItsFile()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("echo out; echo err >&2; printf end; exit 3");
        ExitStatus? exit = await container.ExitedAsync();
        Assert.Equal(3, exit?.Code);
        Assert.Equal("out\nend", container.Logged());
        Assert.Equal("err\n", container.Logged("stderr"));
        Assert.Equal(exit, JsonFile.Load(container.Config.ExitFile, ShimJson.Default.ExitStatus));
        await ShimContainer.UntilAsync(() => !File.Exists(container.Config.Socket), "the socket is gone");
    }

    [Fact]
    public async Task AClientAttachedBeforeTheStartMissesNothing()
    {
        await using ShimContainer container = await ShimContainer.CreateAsync(["sh", "-c", "echo first; echo bad >&2"]);
        await using ShimClient client = await container.AttachAsync();
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await client.ToEndAsync();
        Assert.Equal("first\n", client.Out);
        Assert.Equal("bad\n", client.Err);
        Assert.Equal(0, (await container.ExitedAsync())?.Code);
    }

    [Fact]
    public async Task AClientAttachedLateGetsWhatComesFromThenOn()
    {
        await using ShimContainer container =
            await ShimContainer.ShellAsync("echo early; read x; echo late $x", c => c with { OpenStdin = true });
        await ShimContainer.UntilAsync(() => container.Logged() == "early\n", "the first line is logged");
        await using ShimClient watcher = await container.AttachAsync(stderr: false);
        await using ShimClient writer = await container.AttachAsync(stdin: true);
        await writer.WriteAsync("word\n");
        await Task.WhenAll(watcher.ToEndAsync(), writer.ToEndAsync());
        Assert.Equal("late word\n", watcher.Out);
        Assert.Equal("late word\n", writer.Out);
        Assert.Equal("early\nlate word\n", container.Logged());
    }

    [Fact]
    public async Task LogAndAttachmentTogetherAreTheWholeOutput()
    {
        // More than one record, and a line whose end comes later.
        await using ShimContainer container = await ShimContainer.ShellAsync(
            "echo early; printf 'half'; echo logged >&2; read x; echo ' line'", c => c with { OpenStdin = true });
        await ShimContainer.UntilAsync(() => container.Logged("stderr") == "logged\n", "what came before is logged");
        (ShimClient client, LogEnd? end) = await container.AttachAsync(
            new ShimMessage { Type = ShimMessageType.Attach, Logs = true, Stdin = true, Stdout = true, Stderr = true });
        await using (client)
        {
            Assert.Equal(new FileInfo(container.LogPath).Length, end?.Size);
            await client.WriteAsync("go\n");
            await client.ToEndAsync();
            Assert.Equal(("half line\n", ""), (client.Out, client.Err));
        }
        Assert.Equal("early\nhalf line\n", container.Logged());
    }

    [Fact]
    public async Task EverythingArrivesHoweverMuchItIs()
    {
        const int bytes = 100 << 20;
        await using ShimContainer container = await ShimContainer.CreateAsync(["sh", "-c", $"yes 0123456789abcde | head -c {bytes}"],
            c => c with { Log = c.Log with { MaxSize = -1 } });
        await using ShimClient client = await container.AttachAsync();
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await client.ToEndAsync(keep: false);
        Assert.Equal(bytes, client.OutBytes);
        Assert.Equal(0, (await container.ExitedAsync())?.Code);
        Assert.Equal(bytes / 16, File.ReadLines(container.LogPath).LongCount());
        Assert.All(File.ReadLines(container.LogPath),
            line => Assert.StartsWith("""{"log":"0123456789abcde\n","stream":"stdout","time":"20""", line));
    }

    [Fact]
    public async Task TheLogRotatesAndKeepsTheEnd()
    {
        await using ShimContainer container =
            await ShimContainer.ShellAsync("seq 1 20000", c => c with { Log = c.Log with { MaxSize = 50_000, MaxFiles = 3 } });
        await container.ExitedAsync();
        Assert.True(File.Exists(container.LogPath + ".2"));
        Assert.False(File.Exists(container.LogPath + ".3"));
        string[] lines = container.Logged().TrimEnd().Split('\n');
        Assert.Equal(Enumerable.Range(20000 - lines.Length + 1, lines.Length).Select(n => n.ToString()), lines);
        Assert.True(lines.Length > 1000);
    }

    [Fact]
    public async Task AClientThatDoesNotReadHoldsTheContainerBackForABoundedTime()
    {
        await using ShimContainer container = await ShimContainer.CreateAsync(["sh", "-c", "seq 1 300000; echo done >&2"],
            c => c with { SlowClientSeconds = 1, Log = c.Log with { MaxSize = -1 } });
        await using ShimClient stuck = await container.AttachAsync();
        await using ShimClient reader = await container.AttachAsync();
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await ShimContainer.UntilAsync(() => container.Logged("stderr") == "done\n", "the container wrote everything");
        Task reading = reader.ToEndAsync();
        await stuck.ToEndAsync();
        await reading;
        Assert.Contains("bytes of output left out", stuck.Err);
        Assert.Equal(300000, container.Logged().AsSpan().Count('\n'));
        await container.ExitedAsync();
    }

    [Fact]
    public async Task ADescendantThatKeepsTheOutputOpenDelaysTheEndByAShortTimeOnly()
    {
        // With the host's PIDs the descendant survives its container's first process, until the cgroup is emptied.
        await using ShimContainer container = await ShimContainer.CreateAsync(["sh", "-c", "sleep 100 & echo started"], spec: s => s with
        {
            Linux = s.Linux! with { Namespaces = [.. s.Linux.Namespaces!.Where(n => n.Type != "pid")] },
        });
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        long start = Environment.TickCount64;
        Assert.Equal(0, (await container.ExitedAsync())?.Code);
        Assert.InRange(Environment.TickCount64 - start, 0, 6000);
        Assert.Equal("started\n", container.Logged());
    }
}
