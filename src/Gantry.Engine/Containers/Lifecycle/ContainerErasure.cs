using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Containers.Remains;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Shim;
using Gantry.Storage.Snapshots;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>Takes away all that a container has, when it is decided that it goes.</summary>
public sealed class ContainerErasure(ContainerStore store, ContainerRemains remains, ContainerVolumes volumes, ISnapshotter snapshots,
    ContainerEvents events, ILogger log, TimeProvider time)
{
    /// <summary>After the exit of a container that was run with <c>--rm</c>; the gate is held by the caller,
    /// and nobody else removes any more.</summary>
    public void RunAfterExit(Container container, ExitStatus exit)
    {
        if (container.Status.RemovalInProgress) return;
        container.ChangeStatus(status => status with { RemovalInProgress = true });
        _ = EraseAsync();

        async Task EraseAsync()
        {
            try
            {
                await RunAsync(container, removeVolumes: true, exit);
            }
            catch (Exception e)
            {
                // Who waits for the removal has been told.
                log.StepFailed(container.Id, "the removal", e);
            }
        }
    }

    /// <summary>
    /// What a killed supervisor left of it is ended first, then comes the rename: where either fails, the container stays as it is. From
    /// then on it is gone, whatever else fails: the volumes that would not go are still listed,
    /// and the rest of its files goes with the next start of the daemon, as after a crash.
    /// </summary>
    /// <exception cref="GantryException">Internal: it is not removed and can be removed again.</exception>
    public async Task RunAsync(Container container, bool removeVolumes, ExitStatus last)
    {
        string doomed;
        try
        {
            if (await remains.EndIfAnyAsync(container) is { } left) throw ContainerRemains.Stay(container.Id, left);
            doomed = await RemovedDirectory.MakeAsync(container.Paths, time);
        }
        catch (Exception e)
        {
            // Whatever it was, nobody waits for ever for a removal that is over.
            throw NotRemoved(container, e is GantryException { Kind: not ErrorKind.Conflict } known ? known
                : new GantryException(e is GantryException ? ErrorKind.Conflict : ErrorKind.Internal,
                    $"remove container {container.Id}: {e.Message}", e));
        }
        await volumes.ReleaseAsync(container.Id, container.Record.Mounts, removeVolumes);
        remains.DeleteBundle(container.Paths);
        // The directory last: as long as it is there, the next start of the daemon tries again.
        log.Attempt(container.Id, "removing its files", () =>
        {
            snapshots.Remove(container.Id);
            TreeRemoval.Remove(doomed);
        });
        store.Remove(container);
        container.ForgetSaves();
        log.Attempt(container.Id, "ending the attachments", container.Attachments.Abandon);
        container.Execs.Clear();
        events.Publish(container, "destroy");
        container.Waiters.CompleteRemoval(last);
    }

    private static GantryException NotRemoved(Container container, GantryException failure)
    {
        container.ChangeStatus(status => status with { RemovalInProgress = false });
        container.Waiters.FailRemoval(failure);
        return failure;
    }
}
