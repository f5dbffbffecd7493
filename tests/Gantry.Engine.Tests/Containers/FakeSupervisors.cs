using System.Collections.Concurrent;
using Gantry.Engine.Containers;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers;

internal sealed class FakeSupervisors : ISupervisors
{
    private readonly ConcurrentDictionary<string, FakeShim> _last = new();

    /// <summary>The one of a container's latest start.</summary>
    public FakeShim Of(Container container) => _last[container.Id];

    public Task<IShimControl> SpawnAsync(ContainerPaths paths, ShimNotices notices) =>
        Task.FromResult<IShimControl>(_last[paths.Id] = new FakeShim());

    public Task<IShimControl> ConnectAsync(ContainerPaths paths, ShimNotices notices, CancellationToken cancellation) =>
        throw new System.Net.Sockets.SocketException();

    public Task<bool> IsThereAsync(ContainerPaths paths) => Task.FromResult(false);

    public Task<string?> EndRemainsAsync(ContainerPaths paths) => Task.FromResult<string?>(null);
}
