using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: what follows its end failed")]
    private partial void LogEndFailed(string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id}: its supervisor is gone without an exit status; the rest of the container was killed")]
    private partial void LogSupervisorLost(string id);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "container {Id}: something is left of it that its supervisor should have ended; "
            + "its next start or removal tries again: {Reason}")]
    private partial void LogRemainsStay(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Count} containers do not answer, or do not end, so soon: the daemon serves meanwhile, "
            + "and they can be used once that is over")]
    private partial void LogGoesOnLooking(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: it was not brought in order at the daemon's start")]
    private partial void LogRestoreFailed(string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id}: its supervisor does not answer and is ended together with the container")]
    private partial void LogSupervisorStuck(string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: restart failed")]
    private partial void LogRestartFailed(string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: a file of it is damaged and was set aside as {Aside}")]
    private partial void LogDamaged(string id, string aside, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id} cannot be used and is left as it is: {Reason}")]
    private partial void LogSetAside(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id} was put together again: {Reason}")]
    private partial void LogMended(string id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: removal was interrupted and is finished now")]
    private partial void LogRemovalFinished(string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: {Step} failed")]
    private partial void LogRemoveStep(string id, string step, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "container {Id}: its networks were being changed when an earlier daemon ended, and are as recorded now")]
    private partial void LogNetworksRepaired(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "container {Id}: its networks cannot be brought in order")]
    private partial void LogNetworkRepairFailed(string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "container {Id}: its volume {Volume} no longer exists")]
    private partial void LogVolumeMissing(string id, string volume);
}
