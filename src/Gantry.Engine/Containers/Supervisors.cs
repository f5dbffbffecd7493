using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Processes of <c>gantry-runtime shim</c>.</summary>
/// <param name="runtime">That program.</param>
public sealed class Supervisors(string runtime) : ISupervisors
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5), BusyPause = TimeSpan.FromMilliseconds(100);

    public async Task<IShimControl> SpawnAsync(ContainerPaths paths, ShimNotices notices) =>
        await ShimControl.SpawnAsync(runtime, paths.Bundle, notices, CancellationToken.None);

    public async Task<IShimControl> ConnectAsync(ContainerPaths paths, ShimNotices notices, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await ShimControl.ConnectAsync(paths.Socket, notices, cancellation);
            }
            catch (SocketException e) when (IsBusy(e))
            {
                await Task.Delay(BusyPause, cancellation);
            }
        }
    }

    public IShimControl? FindUnreachable(ContainerPaths paths) => UnreachableSupervisor.Find(paths, runtime);

    public async Task<bool> IsThereAsync(ContainerPaths paths) =>
        await ListensAsync(paths) || SupervisorProcesses.Of(paths.ShimConfig, runtime) is not null;

    private static async Task<bool> ListensAsync(ContainerPaths paths)
    {
        if (!Path.Exists(paths.Socket)) return false;
        using CancellationTokenSource limit = new(ConnectLimit);
        try
        {
            await using ShimConnection connection = await ShimConnection.ConnectAsync(paths.Socket, limit.Token);
            return true;
        }
        catch (SocketException e)
        {
            return IsBusy(e);
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (KernelException)
        {
            // The directory has gone meanwhile.
            return false;
        }
    }

    /// <summary>Its queue is full: it lives.</summary>
    private static bool IsBusy(SocketException e) => e.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain;

    public Task<string?> EndRemainsAsync(ContainerPaths paths) => ShimRemains.EndAsync(runtime, paths.ShimConfig);
}
