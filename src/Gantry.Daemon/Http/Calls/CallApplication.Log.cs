using Grpc.Core;

namespace Gantry.Daemon.Http.Calls;

internal sealed partial class CallApplication
{
    [LoggerMessage(LogLevel.Error, "{call} failed: {reason}")]
    private partial void LogFailed(string call, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Debug, "{call} ended with {code}: {reason}")]
    private partial void LogRefused(string call, StatusCode code, string reason);
}
