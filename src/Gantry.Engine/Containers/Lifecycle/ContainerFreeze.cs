namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>Lets a container stand still, and go on. The gate is held.</summary>
public sealed class ContainerFreeze(ContainerEvents events)
{
    /// <returns>False when it does not run (any more).</returns>
    public async Task<bool> PauseAsync(Container container)
    {
        // Once begun it is finished: a container that stands still and is not known to would never go on.
        if (!await container.AskWhileItLivesAsync(shim => shim.PauseAsync(CancellationToken.None))) return false;
        Mark(container, paused: true, "pause");
        return true;
    }

    /// <returns>False when it does not run any more.</returns>
    public async Task<bool> ResumeAsync(Container container)
    {
        if (!await container.AskWhileItLivesAsync(shim => shim.ResumeAsync(CancellationToken.None))) return false;
        Mark(container, paused: false, "unpause");
        return true;
    }

    private void Mark(Container container, bool paused, string action)
    {
        container.ChangeStatus(status => status with { Paused = paused });
        container.Save(durable: false);
        events.Publish(container, action);
    }

    /// <summary>Does a commit's work while the container stands still, if it runs and that is wanted.</summary>
    public async Task<T> WhileFrozenAsync<T>(Container container, bool pause, Func<T> work)
    {
        bool frozen = false;
        if (pause && container.Status is { Running: true, Paused: false })
        {
            container.ChangeStatus(status => status with { PausedForCommit = true });
            // First of all: a daemon that dies in the moment in which the container stands still lets it go on.
            container.Save(durable: false);
            try
            {
                // A container that has just ended is committed as it is.
                frozen = await PauseAsync(container);
            }
            finally
            {
                container.ChangeStatus(status => status with { PausedForCommit = frozen });
            }
        }
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            container.ChangeStatus(status => status with { PausedForCommit = false });
            if (frozen) await ResumeAsync(container);
        }
    }
}
