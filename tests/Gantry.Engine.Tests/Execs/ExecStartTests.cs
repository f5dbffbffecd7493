using System.Net.Sockets;
using Gantry.Api.Execs;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Streams;
using Gantry.Engine.Execs;
using Gantry.Engine.Tests.Containers;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Execs;

/// <summary>What happens to the container while an exec is on its way to the supervisor.</summary>
public sealed class ExecStartTests : IDisposable
{
    private readonly ContainerFixture _containers = new();

    public void Dispose() => _containers.Dispose();

    [Fact]
    public async Task APauseThatWasFirstIsNoFailureOfOurs()
    {
        Container container = _containers.Add("web");
        GantryException e = await RefusedAsync(container,
            new ShimMessage { Type = ShimMessageType.Failed, Step = FailureStep.Paused, Error = "the container is paused" }, () => { });
        Assert.Equal((ErrorKind.Conflict, $"Container {container.Id} is paused, unpause the container before exec"), (e.Kind, e.Message));
    }

    [Fact]
    public async Task ARestartThatWasFirstIsNoFailureOfOurs()
    {
        Container container = _containers.Add("web");
        GantryException e = await RefusedAsync(container,
            new ShimMessage { Type = ShimMessageType.Failed, Step = FailureStep.Other, Error = "its namespaces are gone" },
            () => container.Shim = new FakeShim());
        Assert.Equal((ErrorKind.Conflict, $"container {container.Id} is not running"), (e.Kind, e.Message));
    }

    [Fact]
    public async Task ASupervisorThatHasLostItsSocketIsNoContainerThatHasEnded()
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, default);
        ExecEngine execs = new(_containers.Engine.Store, [], _containers.Events);
        Exec exec = execs.PrepareStart(execs.Create(container.Id, new ExecConfig { Cmd = ["true"] }));
        GantryException e = await Assert.ThrowsAsync<GantryException>(() => execs.StartAsync(exec, new ExecStartOptions()));
        Assert.Equal(ErrorKind.Unavailable, e.Kind);
        Assert.Contains($"runs, but its supervisor cannot be reached: connect {container.Paths.Socket}", e.Message);
    }

    /// <summary>A client asks for the exit code as soon as the stream ends.</summary>
    [Fact]
    public async Task WhereTheSupervisorIsKilledTheStreamEndsAfterTheExec()
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, default);
        ExecEngine execs = new(_containers.Engine.Store, [], _containers.Events);
        Exec exec = execs.PrepareStart(execs.Create(container.Id, new ExecConfig { Cmd = ["sleep", "5"] }));
        using Socket listener = Listen(container, out SafeFileDescriptor bundle);
        using SafeFileDescriptor held = bundle;
        Task<ShimConnection?> starting = execs.StartAsync(exec, new ExecStartOptions());
        ShimConnection supervisor = new(await listener.AcceptAsync(TestContext.Current.CancellationToken));
        await supervisor.ReadAsync(TestContext.Current.CancellationToken);
        await supervisor.SendAsync(new ShimMessage { Type = ShimMessageType.Started, Pid = 1 }, TestContext.Current.CancellationToken);
        ShimConnection shim = Assert.IsType<ShimConnection>(await starting);

        ClientStream client = new(Stream.Null, Stream.Null, CancellationToken.None);
        Task streaming = execs.StreamAsync(exec, new ExecStartOptions(), shim, client);
        await supervisor.DisposeAsync();
        // So long it takes at least to end what the supervisor leaves behind.
        await Task.WhenAny(streaming, Task.Delay(200, TestContext.Current.CancellationToken));
        Assert.False(streaming.IsCompleted);
        _containers.Supervisors.Of(container).Exit(137);
        await streaming.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((false, 137), (execs.Inspect(exec.Id).Running, execs.Inspect(exec.Id).ExitCode));
    }

    /// <param name="bundle">To be kept open meanwhile: an address holds 107 bytes.</param>
    private static Socket Listen(Container container, out SafeFileDescriptor bundle)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        bundle = LinuxFile.OpenDirectory(container.Paths.Bundle);
        listener.Bind(new UnixDomainSocketEndPoint($"{bundle.ProcPath}/shim.sock"));
        listener.Listen();
        return listener;
    }

    private async Task<GantryException> RefusedAsync(Container container, ShimMessage answer, Action meanwhile)
    {
        await _containers.Engine.Start.RunAsync(container.Id, default);
        ExecEngine execs = new(_containers.Engine.Store, [], _containers.Events);
        Exec exec = execs.PrepareStart(execs.Create(container.Id, new ExecConfig { Cmd = ["true"] }));
        using Socket listener = Listen(container, out SafeFileDescriptor bundle);
        using SafeFileDescriptor held = bundle;
        Task answering = AnswerAsync();
        GantryException e = await Assert.ThrowsAsync<GantryException>(() => execs.StartAsync(exec, new ExecStartOptions()));
        await answering;
        return e;

        async Task AnswerAsync()
        {
            await using ShimConnection asked = new(await listener.AcceptAsync());
            await asked.ReadAsync();
            meanwhile();
            await asked.SendAsync(answer);
        }
    }
}
