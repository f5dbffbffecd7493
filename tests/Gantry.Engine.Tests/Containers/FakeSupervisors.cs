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

    /// <summary>Those that a daemon finds at its start set no limits.</summary>
    public bool RefuseUpdates { get; set; }

    /// <summary>Where a file is in the place of the socket, somebody is there; what an earlier daemon asked of it is not told.</summary>
    public Task<IShimControl> ConnectAsync(ContainerPaths paths, ShimNotices notices, CancellationToken cancellation) =>
        File.Exists(paths.Socket) ? Task.FromResult<IShimControl>(_last[paths.Id] = FakeShim.Found(RefuseUpdates))
            : throw new System.Net.Sockets.SocketException();

    /// <summary>What lives and has lost its socket.</summary>
    public IShimControl? Unreachable { get; set; }

    public IShimControl? FindUnreachable(ContainerPaths paths) => Unreachable;

    public Task<bool> IsThereAsync(ContainerPaths paths) => Task.FromResult(false);

    public Task<string?> EndRemainsAsync(ContainerPaths paths) => Task.FromResult<string?>(null);
}
