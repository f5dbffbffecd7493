using System.Net.Sockets;
using Gantry.Api.Execs;
using Gantry.Engine.Containers;
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

    private async Task<GantryException> RefusedAsync(Container container, ShimMessage answer, Action meanwhile)
    {
        await _containers.Engine.Start.RunAsync(container.Id, default);
        ExecEngine execs = new(_containers.Engine.Store, [], _containers.Events);
        Exec exec = execs.PrepareStart(execs.Create(container.Id, new ExecConfig { Cmd = ["true"] }));
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // An address holds 107 bytes.
        using SafeFileDescriptor bundle = LinuxFile.OpenDirectory(container.Paths.Bundle);
        listener.Bind(new UnixDomainSocketEndPoint($"{bundle.ProcPath}/shim.sock"));
        listener.Listen();
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
