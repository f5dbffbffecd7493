using Gantry.Linux.Processes;

namespace Gantry.Engine.Containers.Lifecycle;

public sealed class ContainerStop(ContainerStore store, ContainerSignals signals, ContainerEvents events)
{
    private const int DefaultSeconds = 10;

    /// <summary>A removal that takes longer goes on without who asked for the stop.</summary>
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(10);

    /// <param name="seconds">Grace between the stop signal and SIGKILL; -1 waits for ever; null takes the container's own value.</param>
    /// <param name="signal">Null takes the container's own stop signal.</param>
    /// <exception cref="GantryException">NotModified when it does not run.</exception>
    public async Task RunAsync(string reference, string? signal, int? seconds, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        Task removed = container.Waiters.Removed;
        if (!await IfRunningAsync(container, signal, seconds, restarts: false, cancellation))
            throw new GantryException(ErrorKind.NotModified, $"container {container.Id} is already stopped");
        // With --rm: whoever stops one and makes the next of the same name finds the name free.
        if (container.HostConfig.AutoRemove)
            await removed.WaitAsync(RemovalLimit, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <param name="restarts">The container is started again afterwards: <c>--rm</c> does not remove it in between.</param>
    /// <returns>False when there was nothing to stop.</returns>
    public async Task<bool> IfRunningAsync(Container container, string? signal, int? seconds, bool restarts,
        CancellationToken cancellation)
    {
        if (!await EndAsync(container, signal, seconds, restarts, cancellation)) return false;
        events.Publish(container, "stop");
        return true;
    }

    /// <param name="cancellation">Until the signal is sent; from then on the stop goes its way, also without who asked for it.</param>
    private async Task<bool> EndAsync(Container container, string? signal, int? seconds, bool restarts, CancellationToken cancellation)
    {
        int number = ContainerSignals.StopSignal(container, signal);
        Task ended;
        using (await container.OvertakeAsync(cancellation))
        {
            container.Change(record => record with { StoppedByHand = true });
            container.StaysAtExit |= restarts;
            bool restartCalledOff = ContainerSignals.CallOffRestart(container);
            container.Save(durable: false);
            if (!container.Status.Running || container.Shim is null) return restartCalledOff;
            ended = container.Ended.Task;
            await signals.SendAsync(container, number, thaw: true);
        }
        int grace = seconds ?? container.Record.Config.StopTimeout ?? DefaultSeconds;
        if (await signals.EndsWithinAsync(ended, grace < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(grace))) return true;
        using (await container.OvertakeAsync(CancellationToken.None))
        {
            if (!ended.IsCompleted) await signals.SendAsync(container, Signals.Kill, thaw: true);
        }
        await signals.AwaitDeathAsync(container, ended);
        return true;
    }
}
