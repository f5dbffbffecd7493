using Microsoft.AspNetCore.Http;

namespace Gantry.Daemon.Http;

internal sealed partial class ApiApplication
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} {Status} {Microseconds} µs")]
    private partial void LogDone(string method, PathString path, int status, long microseconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: client left")]
    private partial void LogLeft(string method, PathString path);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} {Status}: {Reason}")]
    private partial void LogRefused(string method, PathString path, int status, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} {Status}: {Reason}")]
    private partial void LogUnavailable(string method, PathString path, int status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} {Status}: {Reason}")]
    private partial void LogFailed(string method, PathString path, int status, string reason, Exception? exception);
}
