using Gantry.Api.Containers;
using Gantry.Engine.Containers.Connections;
using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Containers.Recovery;
using Gantry.Linux.Trees;
using Gantry.Network;
using Gantry.Shim;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>The daemon starts: containers that ran without it are found again, and what ended meanwhile is made up for.</summary>
public sealed class ContainerRestore(ContainerOptions options, ContainerStore store, ContainerReading reading, DamagedContainers damaged,
    ContainerReconnect reconnect, ContainerSupervision supervision, ContainerErasure erasure, ContainerVolumes volumes,
    NetworkController networks, EndpointRepair repair, UnfinishedUpdate update, ILogger log, TimeProvider time)
{
    /// <summary>What takes longer, a supervisor that does not answer or a process that does not end, goes on while the daemon
    /// serves.</summary>
    private static readonly TimeSpan FindLimit = TimeSpan.FromSeconds(10), ConcludeLimit = TimeSpan.FromSeconds(5);

    /// <summary>Reads all containers, reconnects to those that live. A damaged one is set aside and costs itself alone; stuck ones, all of
    /// them together, delay nothing for long.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        OwnDirectory.Make(options.DataRoot + "/containers", OwnDirectory.OwnerOnly);
        await reading.RunAsync();
        foreach (Container container in store.All)
            log.Attempt(container.Id, "adopting its writable layer", () => damaged.AdoptLayer(container));
        List<Found> found = [];
        // Nobody does anything with one before it is known what there is of it; the others can be used meanwhile.
        foreach (Container container in store.All)
            found.Add(new Found(container, await container.LockAsync(cancellation), reconnect.RunAsync(container)));
        await Task.WhenAny(Task.WhenAll(found.Select(one => one.Outcome)), Task.Delay(FindLimit, time, cancellation));
        networks.Restore(found.Where(one => one.MayLive).SelectMany(one => one.Container.Record.Endpoints));
        // All of them before the first one is ended or removed: its anonymous volumes may be another's too.
        foreach (Found one in found) volumes.Use(one.Container.Record, mounted: one.Container.Status.Running);
        // Beside all that follows: a file server that is gone keeps nobody waiting.
        _ = Task.Run(volumes.UnmountUnusedAsync, CancellationToken.None);
        Task[] concluding = [.. found.Select(one => ConcludeAsync(one, found))];
        await Task.WhenAny(Task.WhenAll(concluding), Task.Delay(ConcludeLimit, time, cancellation));
        if (concluding.Count(task => !task.IsCompleted) is > 0 and var open) log.GoesOnLooking(open);
    }

    /// <summary>A container as the daemon finds it at its start.</summary>
    /// <param name="Gate">The container's own, held until it is settled.</param>
    /// <param name="Outcome">The supervisor of one that runs, the exit of one that ran when the last daemon ended, or neither.</param>
    private sealed record Found(Container Container, IDisposable Gate, Task<(IShimControl? Shim, ExitStatus? Exit)> Outcome)
    {
        /// <summary>One that is not known yet keeps its addresses and ports.</summary>
        public bool MayLive => Outcome.IsCompletedSuccessfully ? Outcome.Result.Shim is not null : Container.Status.Running;

        /// <summary>It runs again, or it is known that it does not.</summary>
        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whatever stands in the way of one costs itself alone.</summary>
    private async Task ConcludeAsync(Found found, List<Found> all)
    {
        Container container = found.Container;
        try
        {
            if (await ConcludeLockedAsync(container, found)) await StartWithDaemonAsync(container, all);
        }
        catch (Exception e)
        {
            log.RestoreFailed(container.Id, e);
        }
        finally
        {
            found.Settled.TrySetResult();
        }
    }

    /// <returns>Whether it is to be started now.</returns>
    private async Task<bool> ConcludeLockedAsync(Container container, Found found)
    {
        using IDisposable gate = found.Gate;
        (IShimControl? shim, ExitStatus? exit) = await found.Outcome;
        if (shim is not null)
        {
            await repair.RunAsync(container);
            await update.FinishAsync(container, shim);
            supervision.Watch(container, shim);
            return false;
        }
        if (exit is not null)
        {
            await supervision.EndAsync(container, exit);
            // It ran when the machine went down, say: what it joins may just be starting too, and a timer knows nothing of that.
            return container.Restart.Cancel();
        }
        if (StartsWithDaemon(container))
        {
            container.ChangeStatus(status => status with { Restarting = true });
            return true;
        }
        // The daemon died between two runs, or between an end and what follows it.
        if (container.Status.Restarting)
            container.Restart.Schedule(TimeSpan.Zero, () => supervision.RestartByPolicyAsync(container));
        else if (container.HostConfig.AutoRemove && container.Status.StartedAt != default)
            erasure.RunAfterExit(container, container.Status.LastExit);
        return false;
    }

    /// <summary><c>always</c> and <c>unless-stopped</c>; not one that was never started.</summary>
    private static bool StartsWithDaemon(Container container) =>
        container.Status.StartedAt != default && container.HostConfig.RestartPolicy.Name switch
        {
            "always" => true,
            "unless-stopped" => !container.Record.StoppedByHand,
            _ => false,
        };

    /// <summary>What comes back with the daemon, as after a reboot; the daemon serves when it is there.</summary>
    private async Task StartWithDaemonAsync(Container container, List<Found> all)
    {
        HashSet<string> needed = [.. StartDependencies.Of(container.HostConfig)
            .Select(reference => store.TryFind(reference, out Container? other) ? other.Id : "")];
        Task before = Task.WhenAll(all.Where(one => one.Container != container && needed.Contains(one.Container.Id))
            .Select(one => one.Settled.Task));
        // As long as it may take to find out about those; two that wait for each other start as well as they can.
        await Task.WhenAny(before, Task.Delay(ContainerReconnect.Limit + ShimRemains.Limit, time));
        // Of those that may fail only so often, each time counts.
        await supervision.RestartByPolicyAsync(container, anew: StartsWithDaemon(container));
    }
}
