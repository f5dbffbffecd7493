using System.Globalization;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>What happens when a container ends: by itself, by our hand, or while no daemon was looking.</summary>
public sealed partial class ContainerEngine
{
    private ShimNotices NoticesOf(Container container) => new()
    {
        ExecExited = container.Execs.Ended,
        OutOfMemory = () =>
        {
            container.OomTold = true;
            Publish(container, "oom");
        },
    };

    private async Task SuperviseAsync(Container container, ShimControl shim)
    {
        try
        {
            ExitStatus exit = await shim.Exited ?? await ExitWithoutWordAsync(container);
            await shim.DisposeAsync();
            await EndAsync(container, exit);
        }
        catch (Exception e)
        {
            LogEndFailed(container.Id, e);
        }
    }

    /// <summary>
    /// The supervisor's connection broke. Among its last deeds is the exit file; without one it was itself killed,
    /// and the container goes with it: nobody reads its output or awaits its end.
    /// </summary>
    private async Task<ExitStatus> ExitWithoutWordAsync(Container container)
    {
        if (ReadExit(container) is { } exit)
        {
            await EndRemainsIfAnyAsync(container);
            return exit;
        }
        LogSupervisorLost(container.Id);
        await EndRemainsAsync(container);
        return new ExitStatus { Code = 137, At = DateTimeOffset.UtcNow };
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
                LogDamaged(container.Id, JsonFile.TrySetAside(path) ?? path, e);
                return null;
            }
        }
    }

    private async Task EndAsync(Container container, ExitStatus exit)
    {
        using IDisposable gate = await container.LockAsync();
        await EndLockedAsync(container, exit);
    }

    private async Task EndLockedAsync(Container container, ExitStatus exit)
    {
        MarkEnded(container, exit);
        bool restart = WantsRestart(container, exit);
        container.Status.Restarting = restart;
        container.Execs.AbandonAll();
        PublishEnd(container, exit);
        ReleaseEndpoints(container);
        await UnmountVolumesAsync(container);
        container.Attachments.Close();
        // Until the record has the exit status, the one that lies in the bundle may be all that the next daemon finds.
        if (container.Save(durable: false)) DeleteBundle(container);
        container.Ended.TrySetResult();
        container.Waiters.CompleteExit(exit);
        if (restart) container.Restart.Schedule(exit.At - container.Status.StartedAt, () => RestartByPolicyAsync(container));
        else if (container.HostConfig.AutoRemove && !container.StaysAtExit) RemoveAfterExit(container, exit);
    }

    private void PublishEnd(Container container, ExitStatus exit)
    {
        if (exit.OomKilled && !container.OomTold) Publish(container, "oom");
        Publish(container, "die", ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)),
            ("execDuration", ((long)(exit.At - container.Status.StartedAt).TotalSeconds).ToString(CultureInfo.InvariantCulture)));
    }

    private static void MarkEnded(Container container, ExitStatus exit)
    {
        ContainerStatus status = container.Status;
        status.Running = status.Paused = status.PausedForCommit = false;
        status.Pid = 0;
        status.ExitCode = exit.Code;
        status.OomKilled = exit.OomKilled;
        status.FinishedAt = exit.At;
        container.Shim = null;
    }

    private bool WantsRestart(Container container, ExitStatus exit) =>
        !_stopping && RestartDecision.Wanted(container.HostConfig.RestartPolicy?.Name,
        container.HostConfig.RestartPolicy?.MaximumRetryCount ?? 0, exit.Code, container.Record.StoppedByHand,
        container.Record.RestartCount);

    /// <param name="anew">Not one more of its restarts, but the first of a new count.</param>
    private async Task RestartByPolicyAsync(Container container, bool anew = false)
    {
        using IDisposable gate = await container.LockAsync();
        // Stopped, removed or started by hand meanwhile, or the daemon ends.
        if (!container.Status.Restarting || container.Status.RemovalInProgress || _stopping) return;
        if (WaitsForAnother(container))
        {
            container.Restart.Schedule(TimeSpan.Zero, () => RestartByPolicyAsync(container, anew));
            return;
        }
        container.Record.RestartCount = anew ? 0 : container.Record.RestartCount + 1;
        try
        {
            await StartLockedAsync(container);
        }
        catch (GantryException e)
        {
            LogRestartFailed(container.Id, e);
        }
    }

    /// <summary>Both ended at once, and what this one joins is about to be there again. Two that need each other do not wait.</summary>
    private bool WaitsForAnother(Container container) => StartDependencies.Of(container.HostConfig).Any(reference =>
        Store.TryFind(reference, out Container? other) && other != container && other.Status is { Running: false, Restarting: true }
            && !StartDependencies.Of(other.HostConfig).Any(back => Store.TryFind(back, out Container? one) && one == container));

    /// <summary>The daemon ends: nothing is restarted any more, and what runs goes on running.</summary>
    public void Leave() => _stopping = true;

    private volatile bool _stopping;
}
