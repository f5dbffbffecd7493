using Gantry.Engine.Containers.Recovery;
using Gantry.Linux.Processes;
using Gantry.Shim;

namespace Gantry.Engine.Containers.Lifecycle;

public sealed class ContainerRemove(ContainerStore store, ContainerSignals signals, ContainerErasure erasure, GiveUp giveUp)
{
    /// <param name="force">Kill it first if it runs.</param>
    /// <param name="removeVolumes">Also its anonymous volumes.</param>
    public async Task RunAsync(string reference, bool force, bool removeVolumes, CancellationToken cancellation)
    {
        if (!store.TryFind(reference, out _) && await giveUp.TryAsync(reference, force)) return;
        Container container = store.Find(reference);
        if (force) await KillAsync(container, reference, cancellation);
        ExitStatus last;
        using (await container.LockAsync(cancellation))
        {
            if (container.Status.RemovalInProgress)
            {
                // With --rm its own removal began at the exit, and is all that was asked for.
                if (!force) throw GantryException.Conflict($"removal of container {container.Id} is already in progress");
                await container.Waiters.Removed.WaitAsync(cancellation);
                return;
            }
            CheckRemovable(container, reference);
            container.Restart.Cancel();
            container.ChangeStatus(status => status with { RemovalInProgress = true });
            last = container.Status.LastExit;
        }
        await erasure.RunAsync(container, removeVolumes, last);
    }

    private async Task KillAsync(Container container, string reference, CancellationToken cancellation)
    {
        Task ended;
        using (await container.OvertakeAsync(cancellation))
        {
            container.Change(record => record with { StoppedByHand = true });
            ContainerSignals.CallOffRestart(container);
            if (!container.Status.Running) return;
            ended = container.Ended.Task;
            await signals.SendAsync(container, Signals.Kill, all: true, thaw: true);
        }
        try
        {
            await signals.AwaitDeathAsync(container, ended).WaitAsync(cancellation);
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"cannot remove container \"{reference}\": could not kill: {e.Message}", e);
        }
    }

    private static void CheckRemovable(Container container, string reference)
    {
        string? state = container.Status switch
        {
            { Paused: true } => "container is paused and must be unpaused first",
            { Restarting: true } => "container is restarting: stop the container before removing or force remove",
            { Running: true } => "container is running: stop the container before removing or force remove",
            _ => null,
        };
        if (state is not null) throw GantryException.Conflict($"cannot remove container \"{reference}\": {state}");
    }
}
