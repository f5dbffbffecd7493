using System.Net.Sockets;
using Gantry.Linux.Mounts;
using Gantry.Runtime.Tests.Bundles;
using Gantry.Shim;
using Gantry.Tests.Shared;

namespace Gantry.Runtime.Tests.Supervision;

public sealed class ControlTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(9, 137)]
    [InlineData(15, 143)]
    public async Task ASignalThatEndsTheContainerShowsInItsCode(int signal, int code)
    {
        // PID 1 gets only signals that it handles, SIGKILL apart.
        await using ShimContainer container =
            await ShimContainer.ShellAsync("trap 'exit 143' TERM; echo ready; while :; do sleep 0.1; done");
        await ShimContainer.UntilAsync(() => container.Logged() == "ready\n", "the trap is set");
        await container.Control.SignalAsync(signal, cancellation: Cancellation);
        Assert.Equal(code, (await container.ExitedAsync())?.Code);
    }

    [Fact]
    public async Task TheContainerOutlivesItsDaemonAndTellsTheNextOne()
    {
        await using ShimContainer container =
            await ShimContainer.ShellAsync("echo a; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo b; exit 7");
        int process;
        const string untilTold = "while [ ! -e /tmp/gone ]; do sleep 0.05; done; exit 5";
        await using (ShimClient exec = await container.ExecAsync("gone", untilTold, output: false))
        {
            ShimMessage started = await exec.MessageAsync();
            Assert.Equal(ShimMessageType.Started, started.Type);
            process = started.Pid;
            await container.Control.DisposeAsync();
        }
        await File.WriteAllTextAsync($"/proc/{container.Pid}/root/tmp/gone", "", Cancellation);
        await ShimContainer.UntilAsync(() => !Directory.Exists($"/proc/{process}"), "the command's end is noticed");
        container.Control =
            await ShimControl.ConnectAsync(container.Config.Socket, new ShimNotices { ExecExited = container.NoteExec }, Cancellation);
        Assert.Equal("running", container.Control.FirstState?.Status);
        Assert.Equal(container.Pid, container.Control.FirstState?.Pid);
        await ShimContainer.UntilAsync(
            () => { lock (container.ExecsEnded) return container.ExecsEnded.Count > 0; }, "it is told of the command's end");
        Assert.Equal(("gone", 5), container.ExecsEnded.Select(e => (e.Id, e.Exit.Code)).Single());
        await using (ShimClient exec = await container.ExecAsync("go", "touch /tmp/go")) await exec.ToEndAsync();
        Assert.Equal(7, (await container.ExitedAsync())?.Code);
        Assert.Equal("a\nb\n", container.Logged());
    }

    [Fact]
    public async Task TheExitOfAContainerWithoutADaemonIsInItsFile()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 0.3; exit 9");
        await container.Control.DisposeAsync();
        await ShimContainer.UntilAsync(() => File.Exists(container.Config.ExitFile) && !File.Exists(container.Config.Socket),
            "the exit file");
        Assert.Equal(9, JsonFile.Load(container.Config.ExitFile, ShimJson.Default.ExitStatus)?.Code);
        await Assert.ThrowsAsync<SocketException>(() => ShimControl.ConnectAsync(container.Config.Socket, cancellation: Cancellation));
    }

    [Fact]
    public async Task ACreatedContainerThatNobodyClaimsGoesAway()
    {
        await using ShimContainer container = await ShimContainer.CreateAsync(["sleep", "100"]);
        await container.Control.DisposeAsync();
        await ShimContainer.UntilAsync(() => !File.Exists(container.Config.Socket) && !Directory.Exists($"/proc/{container.Pid}"),
            "it is gone");
    }

    [Fact]
    public async Task WhatIsMountedInACopiedRootStaysInTheContainer()
    {
        string shared = Directory.CreateTempSubdirectory("gantry-shared-").FullName;
        // As under systemd, where every mount is shared.
        Mount.Bind(Busybox.Root, shared, recursive: false);
        Mount.SetPropagation(shared, MountFlags.Shared);
        try
        {
            await using ShimContainer container = await ShimContainer.ShellAsync("grep -c ' /proc ' /proc/mounts; sleep 100",
                c => c with { Root = new RootMount { Type = "bind", Source = shared } });
            await ShimContainer.UntilAsync(() => container.Logged() == "1\n", "proc is mounted inside");
            Assert.DoesNotContain($"{shared}/", File.ReadAllText("/proc/self/mountinfo"));
        }
        finally
        {
            Mount.Unmount(shared);
            Directory.Delete(shared);
        }
    }

    [Fact]
    public async Task ASocketWithALongPathIsReached()
    {
        string directory = Directory.CreateTempSubdirectory("gantry-long-").FullName;
        string deep = Directory.CreateDirectory(Path.Combine(directory, new string('d', 100))).FullName;
        await using (ShimContainer container = await ShimContainer.StartAsync(["sh", "-c", "read x; echo $x"],
            c => c with { OpenStdin = true, Socket = Path.Combine(deep, "shim.sock") }))
        {
            await using ShimClient client = await container.AttachAsync(stdin: true);
            await client.WriteAsync("hi\n");
            await client.ToEndAsync();
            Assert.Equal("hi\n", client.Out);
        }
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task ANewerControlConnectionTakesOver()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        ShimControl first = container.Control;
        container.Control =
            await ShimControl.ConnectAsync(container.Config.Socket, new ShimNotices { ExecExited = container.NoteExec }, Cancellation);
        Assert.Null(await ShimContainer.Within(first.Exited));
        await container.Control.SignalAsync(9, cancellation: Cancellation);
        Assert.Equal(137, (await container.ExitedAsync())?.Code);
    }

    [Fact]
    public async Task PausingStopsEverythingUntilResumed()
    {
        const string counting = "while :; do i=$((i+1)); echo $i > /tmp/count; sleep 0.05; done";
        await using ShimContainer container = await ShimContainer.ShellAsync(counting);
        // Not by its log: what it wrote before the pause may get there after it.
        string Count() => File.ReadAllText($"/proc/{container.Pid}/root/tmp/count");
        await ShimContainer.UntilAsync(() => File.Exists($"/proc/{container.Pid}/root/tmp/count"), "it counts");
        await container.Control.PauseAsync(Cancellation);
        Assert.Equal("paused", (await container.Control.StateAsync(Cancellation)).Status);
        string count = Count();
        await Stays.True(() => Count() == count, TimeSpan.FromMilliseconds(300), "it stands still");
        await using (ShimClient exec = await container.ExecAsync("x", "true"))
            Assert.Equal(ShimMessageType.Failed, (await exec.MessageAsync()).Type);
        await container.Control.ResumeAsync(Cancellation);
        await ShimContainer.UntilAsync(() => Count() is { Length: > 0 } now && now != count, "it goes on");
    }

    [Theory]
    [InlineData("/bin/nothing", FailureStep.CommandNotFound)]
    [InlineData("/etc", FailureStep.CommandNotExecutable)]
    public async Task ACommandThatCannotBeRunFailsWithItsStepAndLeavesNothing(string command, string step)
    {
        ShimFailureException failure = await Assert.ThrowsAsync<ShimFailureException>(async () =>
        {
            await using ShimContainer container = await ShimContainer.StartAsync([command]);
        });
        Assert.Equal(step, failure.Step);
    }

    [Fact]
    public async Task NonsenseOnAConnectionCostsThatConnectionAlone()
    {
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        byte[][] nonsense = ["GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [3, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            [3, 0, 0, 0, 0, 0, 0, 4, .. "nope"u8], [3, 0, 0, 0, 0, 0, 0, 2, .. "{}"u8], [1, 0, 0, 0, 0, 0, 0, 1, 65]];
        foreach (byte[] bytes in nonsense)
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(container.Config.Socket), Cancellation);
            await socket.SendAsync(bytes, Cancellation);
            byte[] answer = new byte[1];
            int count = 0;
            try
            {
                count = await ShimContainer.Within(socket.ReceiveAsync(answer, Cancellation).AsTask());
            }
            catch (SocketException)
            {
                // Closed with our bytes unread: a reset.
            }
            Assert.Equal(0, count);
        }
        Assert.Equal("running", (await container.Control.StateAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task AnIdleShimIsSmall()
    {
        Assert.SkipUnless(RuntimeProgram.IsPublished, "measures the published program");
        await using ShimContainer container = await ShimContainer.ShellAsync("sleep 100");
        // A second after the last work it gives back what only that needed;
        // on a busy machine something may map pages again meanwhile, until the next time.
        for (int attempt = 0; attempt < 4; attempt++)
        {
            for (int look = 0; look < 20; look++)
            {
                await Task.Delay(500, Cancellation);
                if (Pss(container.ShimPid) <= 1536) return;
            }
            await using ShimClient exec = await container.ExecAsync($"again{attempt}", "true");
            await ShimContainer.UntilAsync(() => { lock (container.ExecsEnded) return container.ExecsEnded.Count > attempt; },
                "the command ends");
        }
        Assert.Fail($"the idle shim takes {Pss(container.ShimPid)} kB; at most 1536 are promised");
    }

    private static int Pss(int process)
    {
        string line = File.ReadLines($"/proc/{process}/smaps_rollup").First(static l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
