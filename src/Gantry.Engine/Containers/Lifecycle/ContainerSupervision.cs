using System.Globalization;
using Gantry.Engine.Containers.Connections;
using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Containers.Remains;
using Gantry.Shim;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>What happens when a container ends: by itself, by our hand, or while no daemon was looking. And so also how one is started that
/// is looked after from then on.</summary>
public sealed class ContainerSupervision(ContainerStore store, ContainerLaunch launch, ContainerEndpoints endpoints,
    ContainerVolumes volumes, ContainerRemains remains, ContainerErasure erasure, ContainerEvents events, ILogger log, TimeProvider time)
{
    private volatile bool _stopping;

    /// <summary>The gate is held.</summary>
    public async Task StartAsync(Container container) => Watch(container, await launch.RunAsync(container));

    /// <summary>From now on its end has what follows an end.</summary>
    public void Watch(Container container, IShimControl shim) => _ = SuperviseAsync(container, shim);

    /// <summary>The daemon ends: nothing is restarted any more, and what runs goes on running.</summary>
    public void Leave() => _stopping = true;

    private async Task SuperviseAsync(Container container, IShimControl shim)
    {
        try
        {
            ExitStatus exit = await shim.Exited ?? await ExitWithoutWordAsync(container);
            await shim.DisposeAsync();
            using IDisposable gate = await container.LockAsync();
            await EndAsync(container, exit);
        }
        catch (Exception e)
        {
            log.EndFailed(container.Id, e);
        }
    }

    /// <summary>
    /// The supervisor's connection broke. Among its last deeds is the exit file; without one it was itself killed,
    /// and the container goes with it: nobody reads its output or awaits its end.
    /// </summary>
    public async Task<ExitStatus> ExitWithoutWordAsync(Container container)
    {
        if (ReadExit(container) is { } exit)
        {
            await remains.EndIfAnyAsync(container);
            return exit;
        }
        log.SupervisorLost(container.Id);
        await remains.EndAsync(container);
        return new ExitStatus { Code = 137, At = time.GetUtcNow() };
    }

    private ExitStatus? ReadExit(Container container)
    {
        return Read(container.Paths.Exit) ?? Read(container.Paths.SpareExit);

        ExitStatus? Read(string path)
        {
            try
            {
                return JsonFile.Load(path, ShimJson.Default.ExitStatus);
            }
            catch (DamagedFileException e)
            {
                log.Damaged(container.Id, JsonFile.TrySetAside(path) ?? path, e);
                return null;
            }
        }
    }

    /// <summary>The gate is held.</summary>
    public async Task EndAsync(Container container, ExitStatus exit)
    {
        bool restart = WantsRestart(container, exit);
        container.Shim = null;
        container.Change(record => record with
        {
            RestartCount = restart ? record.RestartCount + 1 : record.RestartCount,
            Status = record.Status with
            {
                Running = false, Paused = false, PausedForCommit = false, Restarting = restart, Pid = 0, ExitCode = exit.Code,
                OomKilled = exit.OomKilled, FinishedAt = exit.At,
            },
        });
        container.Execs.AbandonAll();
        PublishEnd(container, exit);
        // Whoever waits for the end is told of it, whatever the kernel says to what follows.
        log.Attempt(container.Id, "giving back its addresses", () => endpoints.Release(container));
        await volumes.UnmountAsync(container);
        container.Attachments.Close();
        // Until the record has the exit status, the one that lies in the bundle may be all that the next daemon finds.
        if (container.Save(durable: false)) remains.DeleteBundle(container.Paths);
        container.Ended.TrySetResult();
        container.Waiters.CompleteExit(exit);
        if (restart) container.Restart.Schedule(exit.At - container.Status.StartedAt, () => RestartByPolicyAsync(container));
        else if (container.HostConfig.AutoRemove && !container.StaysAtExit) erasure.RunAfterExit(container, exit);
    }

    private void PublishEnd(Container container, ExitStatus exit)
    {
        if (exit.OomKilled && !container.OomTold) events.Publish(container, "oom");
        events.Publish(container, "die", ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)),
            ("execDuration", ((long)(exit.At - container.Status.StartedAt).TotalSeconds).ToString(CultureInfo.InvariantCulture)));
    }

    private bool WantsRestart(Container container, ExitStatus exit) =>
        !_stopping && RestartDecision.Wanted(container.HostConfig.RestartPolicy?.Name,
            container.HostConfig.RestartPolicy?.MaximumRetryCount ?? 0, exit.Code, container.Record.StoppedByHand,
            container.Record.RestartCount);

    /// <param name="anew">Not one of its restarts, which count from the exit on, but the first run of a new count.</param>
    public async Task RestartByPolicyAsync(Container container, bool anew = false)
    {
        using IDisposable gate = await container.LockAsync();
        // Stopped, removed or started by hand meanwhile, or the daemon ends.
        if (!container.Status.Restarting || container.Status.RemovalInProgress || _stopping) return;
        if (WaitsForAnother(container))
        {
            container.Restart.Schedule(TimeSpan.Zero, () => RestartByPolicyAsync(container, anew));
            return;
        }
        if (anew) container.Change(record => record with { RestartCount = 0 });
        try
        {
            await StartAsync(container);
        }
        catch (GantryException e)
        {
            log.RestartFailed(container.Id, e);
        }
    }

    /// <summary>Both ended at once, and what this one joins is about to be there again. Two that need each other do not wait.</summary>
    private bool WaitsForAnother(Container container) => StartDependencies.Of(container.HostConfig).Any(reference =>
        store.TryFind(reference, out Container? other) && other != container && other.Status is { Running: false, Restarting: true }
            && !StartDependencies.Of(other.HostConfig).Any(back => store.TryFind(back, out Container? one) && one == container));
}
