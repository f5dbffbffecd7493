using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers.Lifecycle;

/// <summary>A daemon is killed after the record has new limits, and before the kernel has them.</summary>
public sealed class UnfinishedUpdateTests : IDisposable
{
    private readonly ContainerFixture _containers = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _containers.Dispose();

    [Fact]
    public async Task TheNextDaemonSetsTheLimitsThatTheRecordSays()
    {
        Container container = await StartedAsync();
        TaskCompletionSource saved = new();
        _containers.Supervisors.Of(container).BeforeUpdate = () =>
        {
            saved.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        _ = UpdateAsync(_containers.Engine, container, pids: 7);
        await saved.Task;
        ContainerEngine next = await _containers.NextAsync(Cancellation);
        Assert.Equal(7, next.Store.Find(container.Id).HostConfig.PidsLimit);
        Assert.Equal(7, _containers.Supervisors.Of(container).Limits?.Pids?.Limit);
        // Once is enough.
        next = await _containers.NextAsync(Cancellation);
        Assert.Empty(_containers.Supervisors.Of(container).Asked);
    }

    [Fact]
    public async Task WhatWasChangedWholeIsNotSetAgain()
    {
        Container container = await StartedAsync();
        await UpdateAsync(_containers.Engine, container, pids: 7);
        _containers.Supervisors.Of(container).BeforeUpdate = () => throw new ShimFailureException("update", "no", errno: 22);
        await Assert.ThrowsAsync<GantryException>(() => UpdateAsync(_containers.Engine, container, pids: 8));
        ContainerEngine next = await _containers.NextAsync(Cancellation);
        Assert.Equal(7, next.Store.Find(container.Id).HostConfig.PidsLimit);
        Assert.Empty(_containers.Supervisors.Of(container).Asked);
    }

    /// <summary>The container is of more use than its limits.</summary>
    [Fact]
    public async Task LimitsThatAreRefusedThenKeepNoContainerFromComingBack()
    {
        Container container = await StartedAsync();
        File.WriteAllText(container.Paths.Updating, "");
        _containers.Supervisors.RefuseUpdates = true;
        ContainerEngine next = await _containers.NextAsync(Cancellation);
        Assert.Equal("running", next.Store.Find(container.Id).Status.Name);
        await next.Stop.RunAsync(container.Id, null, null, Cancellation);
    }

    private async Task<Container> StartedAsync()
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, Cancellation);
        return container;
    }

    private static Task UpdateAsync(ContainerEngine engine, Container container, long pids) =>
        engine.Update.RunAsync(container.Id, new ContainerUpdateRequest { PidsLimit = pids }, Cancellation);
}
