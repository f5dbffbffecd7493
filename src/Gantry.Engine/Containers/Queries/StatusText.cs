namespace Gantry.Engine.Containers.Queries;

/// <summary>A status for people: <c>Up 5 minutes (Paused)</c>, <c>Exited (0) 3 hours ago</c>.</summary>
public static class StatusText
{
    public static string Of(ContainerStatus status, DateTimeOffset now)
    {
        if (status.RemovalInProgress) return "Removal In Progress";
        if (status.Restarting) return $"Restarting ({status.ExitCode}) {Ago(now - status.FinishedAt)} ago";
        if (status.Running) return $"Up {Ago(now - status.StartedAt)}{(status.Paused ? " (Paused)" : "")}";
        if (status.StartedAt == default && status.FinishedAt == default) return "Created";
        return status.FinishedAt == default ? "" : $"Exited ({status.ExitCode}) {Ago(now - status.FinishedAt)} ago";
    }

    /// <summary>In one unit, rounded down, as people have read it in <c>ps</c> for years.</summary>
    private static string Ago(TimeSpan time)
    {
        int seconds = (int)time.TotalSeconds, minutes = (int)time.TotalMinutes, hours = (int)Math.Round(time.TotalHours);
        if (seconds < 1) return "Less than a second";
        if (seconds == 1) return "1 second";
        if (seconds < 60) return $"{seconds} seconds";
        if (minutes == 1) return "About a minute";
        if (minutes < 60) return $"{minutes} minutes";
        if (hours == 1) return "About an hour";
        if (hours < 48) return $"{hours} hours";
        if (hours < 24 * 7 * 2) return $"{hours / 24} days";
        if (hours < 24 * 30 * 2) return $"{hours / 24 / 7} weeks";
        if (hours < 24 * 365 * 2) return $"{hours / 24 / 30} months";
        return $"{(int)(time.TotalHours / 24 / 365)} years";
    }
}
