using Gantry.Engine.Containers.Remains;
using Gantry.Linux;
using Gantry.Shim;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>Finds the supervisor of a container that ran when the last daemon ended, or how the container ended.</summary>
public sealed class ContainerReconnect(ISupervisors supervisors, ContainerLaunch launch, ContainerSupervision supervision,
    ContainerRemains remains, ILogger log, TimeProvider time)
{
    /// <summary>As long as a supervisor may take for other requests: on a machine that has just too much to do,
    /// a container is not ended for it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>As long as one may take to go that was killed, or that ends just now.</summary>
    public static readonly TimeSpan DyingLimit = TimeSpan.FromSeconds(2);

    /// <summary>The gate is held.</summary>
    public async Task<(IShimControl?, ExitStatus?)> RunAsync(Container container)
    {
        if (await FindAsync(container) is { } shim) return (shim, null);
        // Daemon and supervisor were both killed: nobody else will end what lives, and nobody was told of a start that they died in.
        if (container.Status.Running) return (null, await supervision.ExitWithoutWordAsync(container));
        await remains.EndIfAnyAsync(container);
        remains.DeleteBundle(container.Paths);
        return (null, null);
    }

    private async Task<IShimControl?> FindAsync(Container container)
    {
        if (!Path.Exists(container.Paths.Socket) || await ConnectAsync(container) is not { } shim)
            return container.Status.Running ? await KeepUnreachableAsync(container) : null;
        if (shim.FirstState is not { Status: "running" or "paused" } state || !container.Status.Running)
        {
            // The daemon died in the middle of a start: nobody was told that it runs, and nothing says which ports lead to it.
            await ContainerLaunch.AbandonAsync(shim);
            return null;
        }
        bool paused = state.Status == "paused";
        if (paused && container.Status.PausedForCommit)
        {
            await ResumeAsync(shim);
            paused = false;
        }
        container.ChangeStatus(status => status with { Paused = paused, PausedForCommit = false, Pid = state.Pid });
        container.Shim = shim;
        await container.Attachments.ConnectAsync(container);
        return shim;
    }

    /// <summary>A container that runs is not ended for a file that is missing: it does what it does, and somebody is told.</summary>
    private async Task<IShimControl?> KeepUnreachableAsync(Container container)
    {
        // One whose container has ended listens no more, and stays until everybody has been told.
        if (File.Exists(container.Paths.Exit) || File.Exists(container.Paths.SpareExit)) return null;
        if (supervisors.FindUnreachable(container.Paths) is not { } shim) return null;
        if (await Task.WhenAny(shim.Exited, Task.Delay(DyingLimit, time)) == shim.Exited)
        {
            await shim.DisposeAsync();
            return null;
        }
        log.SupervisorUnreachable(container.Id, $"{shim}");
        container.Shim = shim;
        await container.Attachments.ConnectAsync(container);
        return shim;
    }

    /// <returns>Null when nobody is there any more, or does not answer for long.</returns>
    private async Task<IShimControl?> ConnectAsync(Container container)
    {
        using CancellationTokenSource limit = new(Limit);
        try
        {
            return await supervisors.ConnectAsync(container.Paths, launch.NoticesOf(container), limit.Token);
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e) || e is OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task ResumeAsync(IShimControl shim)
    {
        try
        {
            await shim.ResumeAsync(CancellationToken.None);
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e))
        {
            // It has ended meanwhile, and tells so itself.
        }
    }
}
