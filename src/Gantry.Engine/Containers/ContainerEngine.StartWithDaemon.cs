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
        // As long as it may take to find out about those; two that wait for each other start as well as they can.
        await Task.WhenAny(before, Task.Delay(ReconnectLimit + RemainsLimit));
        // Of those that may fail only so often, each time counts.
        await RestartByPolicyAsync(container, anew: StartsWithDaemon(container));
    }
}
