using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>What the log says of containers.</summary>
internal static partial class ContainerLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: what follows its end failed")]
    public static partial void EndFailed(this ILogger log, string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id}: its supervisor is gone without an exit status; the rest of the container was killed")]
    public static partial void SupervisorLost(this ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id} runs on, but {Failure}: stop, kill or rm -f ends it together with the container")]
    public static partial void SupervisorUnreachable(this ILogger log, string id, string failure);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "container {Id}: something is left of it that its supervisor should have ended; "
            + "its next start or removal tries again: {Reason}")]
    public static partial void RemainsStay(this ILogger log, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Count} containers do not answer, or do not end, so soon: the daemon serves meanwhile, "
            + "and they can be used once that is over")]
    public static partial void GoesOnLooking(this ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: it was not brought in order at the daemon's start")]
    public static partial void RestoreFailed(this ILogger log, string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id}: its supervisor does not answer and is ended together with the container")]
    public static partial void SupervisorStuck(this ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: {Note}")]
    public static partial void LessThanAsked(this ILogger log, string id, string note);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: restart failed")]
    public static partial void RestartFailed(this ILogger log, string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: a file of it is damaged and was set aside as {Aside}")]
    public static partial void Damaged(this ILogger log, string id, string aside, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id} cannot be used and is left as it is: {Reason}")]
    public static partial void SetAside(this ILogger log, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id} was put together again: {Reason}")]
    public static partial void Mended(this ILogger log, string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: removal was interrupted and is finished now")]
    public static partial void RemovalFinished(this ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "volume {Name}: it is mounted for nobody and could not be unmounted")]
    public static partial void VolumeStaysMounted(this ILogger log, string name, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: {Step} failed")]
    public static partial void StepFailed(this ILogger log, string id, string step, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id}: its networks were being changed when an earlier daemon ended, and are as recorded now")]
    public static partial void NetworksRepaired(this ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: its networks cannot be brought in order")]
    public static partial void NetworkRepairFailed(this ILogger log, string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id}: its limits were being changed when an earlier daemon ended, and are as recorded now")]
    public static partial void UpdateFinished(this ILogger log, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: its limits were being changed when an earlier daemon ended, "
        + "and those of the record could not be set: set them again with update, or restart it")]
    public static partial void UpdateNotFinished(this ILogger log, string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: its volume {Volume} no longer exists")]
    public static partial void VolumeMissing(this ILogger log, string id, string volume);

    /// <summary>A step that the others do not wait for: whatever it meets costs itself alone.</summary>
    /// <returns>Whether it was done.</returns>
    public static bool Attempt(this ILogger log, string id, string step, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e)
        {
            log.StepFailed(id, step, e);
            return false;
        }
    }
}
