using System.Net.Sockets;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>The supervisors of containers: how one comes to be, is found again, and what is left of one that was killed is ended.</summary>
/// <remarks>A seam, so that what the engine does in each state of a container can be tested without a kernel.</remarks>
public interface ISupervisors
{
    /// <summary>Starts one for the bundle that lies there. Its container is made, and waits for its start.</summary>
    Task<IShimControl> SpawnAsync(ContainerPaths paths, ShimNotices notices);

    /// <summary>Takes control of one that runs already.</summary>
    /// <exception cref="SocketException">Nobody is there any more.</exception>
    Task<IShimControl> ConnectAsync(ContainerPaths paths, ShimNotices notices, CancellationToken cancellation);

    /// <summary>One that lives and to which nothing leads.</summary>
    /// <returns>Null when none lives.</returns>
    IShimControl? FindUnreachable(ContainerPaths paths);

    /// <summary>Whether one lives, also one that is too busy to accept, is stopped, or has lost its socket.</summary>
    Task<bool> IsThereAsync(ContainerPaths paths);

    /// <summary>Ends and removes all that is left of a run, the supervisor included.</summary>
    /// <returns>Why something is left all the same; null for nothing.</returns>
    Task<string?> EndRemainsAsync(ContainerPaths paths);
}
