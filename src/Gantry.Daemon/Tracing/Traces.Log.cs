namespace Gantry.Daemon.Tracing;

public sealed partial class Traces
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Operation} {Container} {Microseconds} µs: {Phases}")]
    private partial void LogOperation(string operation, string container, long microseconds, string phases);
}
