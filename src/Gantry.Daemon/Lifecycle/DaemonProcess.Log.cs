using System.Runtime.InteropServices;

namespace Gantry.Daemon.Lifecycle;

internal sealed partial class DaemonProcess
{
    [LoggerMessage(Level = LogLevel.Information,
        Message = "gantryd {Version} listens on {Hosts}, data in {DataRoot}, {Containers} containers, ready after {Milliseconds} ms")]
    private partial void LogReady(string version, string hosts, string dataRoot, int containers, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signal}: stopping; containers go on")]
    private partial void LogStopping(PosixSignal signal);

    [LoggerMessage(Level = LogLevel.Information, Message = "configuration read again from {File}")]
    private partial void LogReloaded(string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "reload refused, the old configuration stays: {Reason}")]
    private partial void LogReloadFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "option without effect: {Option}")]
    private partial void LogWithoutEffect(string option);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Exposure} {Consequence} Use --tlsverify, or a UNIX socket with ssh.")]
    private partial void LogExposed(string exposure, string consequence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "network: {Warning}")]
    private partial void LogNetworkWarning(string warning);

    [LoggerMessage(Level = LogLevel.Error, Message = "skipped a damaged volume record: {Path}")]
    private partial void LogDamaged(string path, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "damaged: {What}: see gantry system check")]
    private partial void LogDamage(Damage what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "damaged: {What}")]
    private partial void LogSetAside(string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}")]
    private partial void LogSaves(string what);

    [LoggerMessage(Level = LogLevel.Critical, Message = "unexpected fault")]
    private partial void LogFault(Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Left}")]
    private partial void LogBuildLeft(string left);
}
