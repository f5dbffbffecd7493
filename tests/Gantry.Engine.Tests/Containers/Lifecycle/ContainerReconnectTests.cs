using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests.Containers.Lifecycle;

/// <summary>What a daemon that starts makes of a container whose supervisor it does not reach.</summary>
public sealed class ContainerReconnectTests : IDisposable
{
    private readonly ContainerFixture _containers = new();

    public void Dispose() => _containers.Dispose();

    [Fact]
    public async Task OneWhoseSupervisorLivesRunsOnUntilItEnds()
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, default);
        FakeShim hidden = FakeShim.Found(refusesUpdates: false);
        _containers.Supervisors.Unreachable = hidden;
        ContainerEngine next = await _containers.NextAsync(TestContext.Current.CancellationToken, sockets: false);
        Container found = next.Store.Find(container.Id);
        Assert.Equal(("running", hidden), (found.Status.Name, found.Shim));
        hidden.Exit(3);
        await ContainerFixture.UntilAsync(() => found.Status is { Name: "exited", ExitCode: 3 });
    }

    [Fact]
    public async Task OneWhoseSupervisorIsDeadHasEnded()
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, default);
        ContainerEngine next = await _containers.NextAsync(TestContext.Current.CancellationToken, sockets: false);
        Assert.Equal(137, next.Store.Find(container.Id).Status.ExitCode);
    }
}
