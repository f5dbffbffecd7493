namespace Gantry.Runtime.Tests.Supervision;

public sealed class InputTests
{
    [Fact]
    public async Task StdinEndsWithTheClientWhenItWasOpenedOnce()
    {
        await using ShimContainer container =
            await ShimContainer.CreateAsync(["sh", "-c", "cat; echo eof"], c => c with { OpenStdin = true, StdinOnce = true });
        await using ShimClient client = await container.AttachAsync(stdin: true);
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await client.WriteAsync("some text\n");
        client.EndInput();
        await client.ToEndAsync();
        Assert.Equal("some text\neof\n", client.Out);
    }

    [Fact]
    public async Task ALostClientEndsStdinTooWhenItWasOpenedOnce()
    {
        await using ShimContainer container = await ShimContainer.CreateAsync(["cat"], c => c with { OpenStdin = true, StdinOnce = true });
        ShimClient client = await container.AttachAsync(stdin: true);
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await client.WriteAsync("text\n");
        await client.DisposeAsync();
        Assert.Equal(0, (await container.ExitedAsync())?.Code);
        Assert.Equal("text\n", container.Logged());
    }

    [Fact]
    public async Task StdinOutlivesItsClientsOtherwise()
    {
        await using ShimContainer container = await ShimContainer.StartAsync(["cat"], c => c with { OpenStdin = true });
        await using (ShimClient first = await container.AttachAsync(stdin: true))
        {
            await first.WriteAsync("one\n");
            await first.UntilAsync("one\n");
        }
        await using ShimClient second = await container.AttachAsync(stdin: true);
        await second.WriteAsync("two\n");
        await second.UntilAsync("two\n");
        Assert.Equal("one\ntwo\n", container.Logged());
        Assert.False(container.Control.Exited.IsCompleted);
    }

    [Fact]
    public async Task WithoutAnOpenStdinTheContainerReadsItsEnd()
    {
        await using ShimContainer container = await ShimContainer.CreateAsync(["sh", "-c", "cat; echo eof"]);
        await using ShimClient client = await container.AttachAsync(stdin: true);
        await client.WriteAsync("ignored\n");
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await client.ToEndAsync();
        Assert.Equal("eof\n", client.Out);
    }

    [Fact]
    public async Task MuchInputPassesThroughASlowContainer()
    {
        byte[] input = new byte[8 << 20];
        new Random(1).NextBytes(input);
        await using ShimContainer container =
            await ShimContainer.CreateAsync(["sh", "-c", "sleep 0.3; wc -c"], c => c with { OpenStdin = true, StdinOnce = true });
        await using ShimClient client = await container.AttachAsync(stdin: true);
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await client.WriteAsync(input);
        client.EndInput();
        await client.ToEndAsync();
        Assert.Equal($"{input.Length}\n", client.Out);
    }

    /// <summary>Of a process that does not read its stdin.</summary>
    [Fact]
    public async Task ClientsThatHaveLeftKeepNoMoreThanAFewOfTheShimsDescriptors()
    {
        const int Clients = 60, Kept = 16;
        await using ShimContainer container = await ShimContainer.StartAsync(["sleep", "600"], c => c with { OpenStdin = true });
        int Descriptors() => Directory.GetFileSystemEntries($"/proc/{container.ShimPid}/fd").Length;
        int before = Descriptors();
        await using (ShimClient first = await container.AttachAsync(stdin: true)) await first.WriteAsync(new byte[160 << 10]);
        for (int i = 0; i < Clients; i++)
            await using (ShimClient client = await container.AttachAsync(stdin: true)) await client.WriteAsync("for nobody\n");
        await ShimContainer.UntilAsync(() => Descriptors() <= before + Kept, $"no more than {Kept} are kept");
        Assert.False(container.Control.Exited.IsCompleted);
        // It serves others as before.
        await using ShimClient last = await container.AttachAsync(stdin: true);
    }

    /// <summary>And what one sent who has left before the process read is not lost.</summary>
    [Fact]
    public async Task WhatAClientSentBeforeItLeftArrives()
    {
        const int Size = 160 << 10;
        await using ShimContainer container = await ShimContainer.ShellAsync($"sleep 1; head -c {Size} | wc -c",
            c => c with { OpenStdin = true });
        await using (ShimClient client = await container.AttachAsync(stdin: true)) await client.WriteAsync(new byte[Size]);
        Assert.Equal(0, (await container.ExitedAsync())?.Code);
        Assert.Equal($"{Size}\n", container.Logged());
    }

    [Fact]
    public async Task ATerminalEchoesResizesAndEndsWithItsShell()
    {
        await using ShimContainer container = await ShimContainer.CreateAsync(["sh"],
            c => c with { Terminal = true, OpenStdin = true, StdinOnce = true, Rows = 11, Columns = 22 });
        await using ShimClient client = await container.AttachAsync(stdin: true);
        await container.Control.StartAsync(TestContext.Current.CancellationToken);
        await client.WriteAsync("stty size; tty\n");
        await client.UntilAsync("/dev/pts/0");
        Assert.Contains("11 22\r\n", client.Out);
        await container.Control.ResizeAsync(33, 44, cancellation: TestContext.Current.CancellationToken);
        await client.WriteAsync("stty size\n");
        await client.UntilAsync("33 44\r\n");
        await client.WriteAsync("exit 3\n");
        await client.ToEndAsync();
        Assert.Equal(3, (await container.ExitedAsync())?.Code);
        Assert.Contains("33 44\r\n", container.Logged());
    }

    [Fact]
    public async Task ATerminalThatNobodyHoldsOpenForAWhileIsNotAtItsEnd()
    {
        const string script = "exec <&- >&- 2>&-; sleep 1; exec >/dev/console 2>&1; echo again";
        await using ShimContainer container = await ShimContainer.ShellAsync(script, c => c with { Terminal = true });
        Assert.Equal(0, (await container.ExitedAsync())?.Code);
        Assert.Equal("again\r\n", container.Logged());
    }
}
