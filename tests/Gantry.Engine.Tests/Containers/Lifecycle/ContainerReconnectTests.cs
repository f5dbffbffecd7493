using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Lifecycle;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers.Lifecycle;

/// <summary>What a daemon that starts makes of a container whose supervisor it does not reach.</summary>
public sealed class ContainerReconnectTests : IDisposable
{
    /// <summary>No more than a ceiling.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ContainerFixture _containers = new();
    private readonly FakeShim _hidden = FakeShim.Found(refusesUpdates: false);

    public void Dispose() => _containers.Dispose();

    private async Task<Container> StartedAsync()
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, default);
        return container;
    }

    private Task<ContainerEngine> NextAsync() => _containers.NextAsync(TestContext.Current.CancellationToken, sockets: false);

    [Fact]
    public async Task OneWhoseSupervisorLivesRunsOnUntilItEnds()
    {
        Container container = await StartedAsync();
        _containers.Supervisors.Unreachable = _hidden;
        Task<ContainerEngine> next = NextAsync();
        await ContainerFixture.UntilAsync(() => _containers.Clock.IsAwaitedFor(ContainerReconnect.DyingLimit));
        _containers.Clock.Advance(ContainerReconnect.DyingLimit);
        Container found = (await next.WaitAsync(Patience)).Store.Find(container.Id);
        Assert.Equal(("running", _hidden), (found.Status.Name, found.Shim));
        _hidden.Exit(3);
        await ContainerFixture.UntilAsync(() => found.Status is { Name: "exited", ExitCode: 3 });
    }

    [Fact]
    public async Task OneWhoseSupervisorIsDeadHasEnded()
    {
        Container container = await StartedAsync();
        Assert.Equal(137, (await NextAsync()).Store.Find(container.Id).Status.ExitCode);
    }

    [Fact]
    public async Task OneWhoseSupervisorDiesJustNowHasEnded()
    {
        Container container = await StartedAsync();
        _containers.Supervisors.Unreachable = _hidden;
        Task<ContainerEngine> next = NextAsync();
        await ContainerFixture.UntilAsync(() => _containers.Clock.IsAwaitedFor(ContainerReconnect.DyingLimit));
        _containers.Clock.Advance(ContainerReconnect.DyingLimit / 2);
        Assert.False(next.IsCompleted, "the daemon goes on before it is known");
        _hidden.Die();
        Container found = (await next.WaitAsync(Patience)).Store.Find(container.Id);
        Assert.Equal(("exited", 137, null), (found.Status.Name, found.Status.ExitCode, found.Shim));
        Assert.True(_hidden.IsLetGo, "its process is still held");
    }

    /// <summary>It listens no more and lives on until everybody has been told.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task OneWhoseSupervisorHasSaidHowItEndedHasEnded(bool spare)
    {
        Container container = await StartedAsync();
        _containers.Supervisors.Unreachable = _hidden;
        string file = spare ? container.Paths.SpareExit : container.Paths.Exit;
        JsonFile.Save(file, new ExitStatus { Code = 5, At = DateTimeOffset.UnixEpoch }, ShimJson.Default.ExitStatus, durable: false);
        Container found = (await NextAsync().WaitAsync(Patience)).Store.Find(container.Id);
        Assert.Equal(("exited", 5, null), (found.Status.Name, found.Status.ExitCode, found.Shim));
    }
}
