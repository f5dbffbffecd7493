using Gantry.Engine.Containers;
using Gantry.Linux.Mounts;

namespace Gantry.Engine.Tests.Containers.Lifecycle;

/// <summary>Removals that meet a mount where the container's files are.</summary>
public sealed class ContainerRemoveTests : IDisposable
{
    private readonly ContainerFixture _containers = new();

    public ContainerRemoveTests() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "what mounts needs root");

    public void Dispose() => _containers.Dispose();

    [Fact]
    public async Task OneThatGoesByItselfIsWaitedFor()
    {
        Container container = _containers.Add("web");
        string place = container.Paths.Directory;
        Mount.Bind(place, place, recursive: false);
        Task removal = RemoveAsync(container);
        await ContainerFixture.UntilAsync(() => _containers.Clock.IsAwaited);
        Assert.True(Mount.Unmount(place));
        await WithTime(removal);
        Assert.False(_containers.Engine.Store.TryFind(container.Id, out _));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(place)!));
    }

    [Fact]
    public async Task OneThatStaysIsTheCallersToTakeAway()
    {
        Container container = _containers.Add("web");
        string place = container.Paths.Directory;
        Mount.Bind(place, place, recursive: false);
        try
        {
            GantryException e = await Assert.ThrowsAsync<GantryException>(() => WithTime(RemoveAsync(container)));
            Assert.Equal(ErrorKind.Conflict, e.Kind);
            Assert.Contains("EBUSY", e.Message);
            Assert.Contains("something is mounted there", e.Message);
        }
        finally
        {
            Mount.Unmount(place);
        }
        Assert.Equal("created", container.Status.Name);
        await RemoveAsync(container);
    }

    /// <summary>Time goes on until it is over.</summary>
    private async Task WithTime(Task removal)
    {
        await ContainerFixture.UntilAsync(() =>
        {
            _containers.Clock.Advance(TimeSpan.FromSeconds(0.1));
            return removal.IsCompleted;
        });
        await removal;
    }

    private Task RemoveAsync(Container container) =>
        _containers.Engine.Remove.RunAsync(container.Id, force: false, removeVolumes: false, TestContext.Current.CancellationToken);
}
