using Gantry.Engine.Containers;

namespace Gantry.Daemon.Containers;

/// <summary>A status for people: <c>Up 5 minutes (Paused)</c>, <c>Exited (0) 3 hours ago</c>.</summary>
internal static class StatusText
{
    public static string Of(ContainerStatus status, DateTimeOffset now)
    {
        if (status.RemovalInProgress) return "Removal In Progress";
        if (status.Restarting) return $"Restarting ({status.ExitCode}) {Duration.Words(now - status.FinishedAt)} ago";
        if (status.Running) return $"Up {Duration.Words(now - status.StartedAt)}{(status.Paused ? " (Paused)" : "")}";
        if (status.StartedAt == default && status.FinishedAt == default) return "Created";
        return status.FinishedAt == default ? "" : $"Exited ({status.ExitCode}) {Duration.Words(now - status.FinishedAt)} ago";
    }
}
