using Gantry.Api.Containers;

namespace Gantry.Engine.Containers;

/// <summary>What comes back with the daemon, as after a reboot; the daemon serves when it is there.</summary>
public sealed partial class ContainerEngine
{
    /// <summary><c>always</c> and <c>unless-stopped</c>; not one that was never started.</summary>
    private static bool StartsWithDaemon(Container container) =>
        container.Status.StartedAt != default && container.HostConfig.RestartPolicy.Name switch
        {
            "always" => true,
            "unless-stopped" => !container.Record.StoppedByHand,
            _ => false,
        };

    private async Task StartWithDaemonAsync(Container container, List<Found> all)
    {
        HashSet<string> needed = [.. StartDependencies.Of(container.HostConfig)
            .Select(reference => Store.TryFind(reference, out Container? other) ? other.Id : "")];
        Task before = Task.WhenAll(all.Where(one => one.Container != container && needed.Contains(one.Container.Id))
            .Select(one => one.Settled.Task));
        // Two that wait for each other start as well as they can.
        await Task.WhenAny(before, Task.Delay(ConcludeLimit));
        using IDisposable gate = await container.LockAsync();
        // Stopped, removed or started by hand meanwhile.
        if (!container.Status.Restarting || container.Status.RemovalInProgress) return;
        // Of those that may fail only so often, each time counts.
        container.Record.RestartCount = StartsWithDaemon(container) ? 0 : container.Record.RestartCount + 1;
        try
        {
            await StartLockedAsync(container);
        }
        catch (GantryException e)
        {
            LogRestartFailed(container.Id, e);
        }
    }
}
