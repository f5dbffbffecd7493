using Gantry.Api.Containers;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests.Containers.Lifecycle;

/// <summary>A supervisor does not answer, and verbs wait for it, one behind the other.</summary>
public sealed class OvertakingTests : IDisposable
{
    private readonly ContainerFixture _containers = new();
    private readonly TaskCompletionSource _never = new();

    public void Dispose() => _containers.Dispose();

    [Theory]
    [InlineData("kill")]
    [InlineData("stop")]
    [InlineData("rm -f")]
    public async Task WhoEndsTheContainerGoesFirst(string verb)
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, default);
        _containers.Supervisors.Of(container).BeforeUpdate = () => _never.Task;
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => UpdateAsync(container))];
        Task ending = EndAsync(container, verb);
        await ContainerFixture.UntilAsync(() => _containers.Clock.IsAwaited);
        Assert.False(ending.IsCompleted);
        _containers.Clock.Advance(TimeSpan.FromSeconds(5));
        await ending.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        foreach (Task update in waiting)
        {
            GantryException e = await Assert.ThrowsAsync<GantryException>(() => update);
            Assert.Equal(ErrorKind.Unavailable, e.Kind);
            Assert.Contains("does not answer, and somebody ends the container", e.Message);
        }
        Assert.False(container.Status.Running);
    }

    [Fact]
    public async Task WhereNobodyEndsItAnAnswerIsWaitedFor()
    {
        Container container = _containers.Add("web");
        await _containers.Engine.Start.RunAsync(container.Id, default);
        _containers.Supervisors.Of(container).BeforeUpdate = () => _never.Task;
        Task update = UpdateAsync(container);
        await ContainerFixture.UntilAsync(() => _containers.Clock.IsAwaited);
        _containers.Clock.Advance(TimeSpan.FromSeconds(60));
        _never.SetResult();
        await update.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private Task UpdateAsync(Container container) =>
        _containers.Engine.Update.RunAsync(container.Id, new ContainerUpdateRequest { CpuShares = 512 }, default);

    private Task EndAsync(Container container, string verb) => verb switch
    {
        "kill" => _containers.Engine.Kill.RunAsync(container.Id, null, default),
        "stop" => _containers.Engine.Stop.RunAsync(container.Id, null, null, default),
        _ => _containers.Engine.Remove.RunAsync(container.Id, force: true, removeVolumes: false, default),
    };
}
