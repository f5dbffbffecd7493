using Gantry.Shim;

namespace Gantry.Engine.Containers.Lifecycle;

public sealed class ContainerWait(ContainerStore store)
{
    /// <param name="condition"><c>not-running</c> (also empty), <c>next-exit</c>, <c>removed</c>.</param>
    /// <returns>A task that is already watching when this returns: what ends from now on is not missed.</returns>
    public Task<ExitStatus> RunAsync(string reference, string? condition)
    {
        Container container = store.Find(reference);
        return condition switch
        {
            null or "" or "not-running" => NotRunning(container),
            "next-exit" => container.Waiters.NextExit,
            "removed" => container.Waiters.Removed,
            _ => throw GantryException.Invalid($"invalid condition: \"{condition}\""),
        };
    }

    private static Task<ExitStatus> NotRunning(Container container)
    {
        Task<ExitStatus> next = container.Waiters.NextExit;
        ContainerStatus status = container.Status;
        return status.Running || status.Restarting ? next : Task.FromResult(status.LastExit);
    }
}
