using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <param name="force">Kill it first if it runs.</param>
    /// <param name="removeVolumes">Also its anonymous volumes.</param>
    public async Task RemoveAsync(string reference, bool force, bool removeVolumes, CancellationToken cancellation)
    {
        if (!Store.TryFind(reference, out _) && await TryGiveUpAsync(reference, force)) return;
        Container container = Store.Find(reference);
        if (force) await KillForRemovalAsync(container, reference, cancellation);
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

    private async Task KillForRemovalAsync(Container container, string reference, CancellationToken cancellation)
    {
        Task ended;
        using (await container.LockAsync(cancellation))
        {
            container.Record.StoppedByHand = true;
            CallOffRestart(container);
            if (!container.Status.Running) return;
            ended = container.Ended.Task;
            await SignalLockedAsync(container, Signals.Kill, all: true, thaw: true);
        }
        try
        {
            await AwaitDeathAsync(container, ended).WaitAsync(cancellation);
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

    /// <summary>After the exit of a container that was run with <c>--rm</c>; the gate is held by the caller,
    /// and nobody else removes any more.</summary>
    private void RemoveAfterExit(Container container, ExitStatus exit)
    {
        if (container.Status.RemovalInProgress) return;
        container.Status.RemovalInProgress = true;
        _ = EraseAfterExitAsync(container, exit);
    }

    private async Task EraseAfterExitAsync(Container container, ExitStatus exit)
    {
        try
        {
            await EraseAsync(container, removeVolumes: true, exit);
        }
        catch (GantryException e)
        {
            // Who waits for the removal has been told.
            LogRemoveStep(container.Id, "the removal", e);
        }
    }

    /// <summary>
    /// What a killed supervisor left of it is ended first, then comes the rename: where either fails, the container stays as it is. From
    /// then on it is gone, whatever else fails: the volumes that would not go are still listed,
    /// and the rest of its files goes with the next start of the daemon, as after a crash.
    /// </summary>
    /// <exception cref="GantryException">Internal: it is not removed and can be removed again.</exception>
    private async Task EraseAsync(Container container, bool removeVolumes, ExitStatus last)
    {
        if (await EndRemainsIfAnyAsync(container) is { } left) throw NotRemoved(container, RemainsStay(container.Id, left));
        string doomed;
        try
        {
            doomed = TakeAway(container.Paths);
        }
        catch (Exception e) when (e is KernelException or IOException or UnauthorizedAccessException)
        {
            throw NotRemoved(container, GantryException.Internal($"remove container {container.Id}: {e.Message}", e));
        }
        await ReleaseVolumesAsync(container.Id, container.Record.Mounts, removeVolumes);
        DeleteBundle(container);
        // The directory last: as long as it is there, the next start of the daemon tries again.
        Attempt(container.Id, "removing its files", () =>
        {
            snapshots.Remove(container.Id);
            TreeRemoval.Remove(doomed);
        });
        Store.Remove(container);
        container.ForgetSaves();
        Attempt(container.Id, "ending the attachments", container.Attachments.Abandon);
        container.Execs.Clear();
        Publish(container, "destroy");
        container.Waiters.CompleteRemoval(last);
    }

    private static GantryException NotRemoved(Container container, GantryException failure)
    {
        container.Status.RemovalInProgress = false;
        container.Waiters.FailRemoval(failure);
        return failure;
    }

    private const string RemovedSuffix = ".removed";

    /// <returns>What is left to be deleted; nothing may be there, when somebody deleted it by hand.</returns>
    private static string TakeAway(ContainerPaths paths)
    {
        string path = paths.Directory, doomed = path + RemovedSuffix;
        if (!Directory.Exists(path)) return doomed;
        // Of an earlier try.
        TreeRemoval.Remove(doomed);
        using DirectoryHandle all = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        int errno = all.TryRename(PathBytes.Of(Path.GetFileName(path)), all, PathBytes.Of(Path.GetFileName(doomed)));
        return errno is 0 or Errno.ENOENT ? doomed : throw new KernelException("rename", errno, path);
    }

    /// <summary>A step that the others do not wait for: whatever it meets costs itself alone.</summary>
    /// <returns>Whether it was done.</returns>
    private bool Attempt(string id, string step, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e)
        {
            LogRemoveStep(id, step, e);
            return false;
        }
    }

    private async Task ReleaseVolumesAsync(string id, IReadOnlyList<ContainerMount> mounts, bool removeAnonymous)
    {
        foreach (ContainerMount mount in mounts)
        {
            if (mount.Name is null) continue;
            volumes.Release(mount.Name, id);
            if (!removeAnonymous || !mount.Anonymous || volumes.IsHeld || volumes.UsersOf(mount.Name).Count > 0) continue;
            try
            {
                await volumes.RemoveAsync(mount.Name, force: true);
            }
            catch (Exception e)
            {
                LogRemoveStep(id, $"removing the volume {mount.Name}", e);
            }
        }
    }
}
