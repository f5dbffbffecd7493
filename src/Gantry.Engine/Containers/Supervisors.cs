using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Processes of <c>gantry-runtime shim</c>.</summary>
/// <param name="runtime">That program.</param>
public sealed class Supervisors(string runtime) : ISupervisors
{
    /// <summary>As long as what is left of a run may take to end.</summary>
    public static readonly TimeSpan RemainsLimit = TimeSpan.FromSeconds(90);

    /// <summary>After all supervisors were killed there are as many to end as containers.</summary>
    private static readonly SemaphoreSlim Ending = new(Math.Max(4, Environment.ProcessorCount));

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

    public async Task<string?> EndRemainsAsync(ContainerPaths paths)
    {
        await Ending.WaitAsync();
        try
        {
            Subprocess.Result result =
                await Subprocess.RunAsync(runtime, ["shim", "--end", "--config", paths.ShimConfig], limit: RemainsLimit);
            return result.ExitCode == 0 ? null : result.Error.Trim() is { Length: > 0 } said ? said
                : $"{runtime} ended with code {result.ExitCode}";
        }
        catch (Exception e) when (Expected.Any(e) || e is System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
        finally
        {
            Ending.Release();
        }
    }
}
