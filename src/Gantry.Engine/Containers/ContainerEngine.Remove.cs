using Gantry.Linux;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <param name="force">Kill it first if it runs.</param>
    /// <param name="removeVolumes">Also its anonymous volumes.</param>
    public async Task RemoveAsync(string reference, bool force, bool removeVolumes, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        if (force) await KillForRemovalAsync(container, cancellation);
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
            container.Status.RemovalInProgress = true;
            last = LastExit(container);
        }
        await EraseAsync(container, removeVolumes, last);
    }

    private async Task KillForRemovalAsync(Container container, CancellationToken cancellation)
    {
        Task ended;
        using (await container.LockAsync(cancellation))
        {
            container.Record.StoppedByHand = true;
            container.Restart.Cancel();
            container.Status.Restarting = false;
            if (!container.Status.Running) return;
            ended = container.Ended.Task;
            await SignalLockedAsync(container, Signals.Kill, all: true, thaw: true);
        }
        Publish(container, "kill", ("signal", "9"));
        await ended.WaitAsync(cancellation);
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

    /// <summary>After the exit of a container that was run with <c>--rm</c>; the gate is held by the caller, and nobody else removes any more.</summary>
    private void RemoveAfterExit(Container container, ExitStatus exit)
    {
        if (container.Status.RemovalInProgress) return;
        container.Status.RemovalInProgress = true;
        _ = EraseAsync(container, removeVolumes: true, exit);
    }

    /// <summary>The rename comes first: from then on the container is gone, and the next start of the daemon finishes whatever a crash leaves.</summary>
    private async Task EraseAsync(Container container, bool removeVolumes, ExitStatus last)
    {
        string doomed = container.Paths.Directory + RemovedSuffix;
        try
        {
            Directory.Move(container.Paths.Directory, doomed);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody deleted it by hand: less to do.
        }
        Attempt(container, "removing the writable layer", () => snapshots.Remove(container.Id));
        await ReleaseVolumesAsync(container.Id, container.Record.Mounts, removeVolumes);
        Attempt(container, "removing the bundle", () => DeleteBundle(container));
        Attempt(container, "removing the directory", () => DeleteTree(doomed));
        Store.Remove(container);
        container.Attachments.Abandon();
        Publish(container, "destroy");
        container.Waiters.CompleteRemoval(last);
    }

    private const string RemovedSuffix = ".removed";

    private void Attempt(Container container, string step, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or GantryException)
        {
            LogRemoveStep(container.Id, step, e);
        }
    }

    private static void DeleteTree(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    private async Task ReleaseVolumesAsync(string id, IReadOnlyList<ContainerMount> mounts, bool removeAnonymous)
    {
        foreach (ContainerMount mount in mounts)
        {
            if (mount.Name is null) continue;
            volumes.Release(mount.Name, id);
            if (removeAnonymous && mount.Anonymous && volumes.UsersOf(mount.Name).Count == 0) await volumes.RemoveAsync(mount.Name, force: true);
        }
    }
}
