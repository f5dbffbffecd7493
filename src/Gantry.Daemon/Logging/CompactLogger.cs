using System.Globalization;
using System.Text;

namespace Gantry.Daemon.Logging;

/// <summary>One line an entry on standard error: time, level, category, message.
/// Control characters of what clients sent never reach the terminal.</summary>
internal sealed class CompactLogger(string category, LogLevelSwitch level) : ILogger
{
    private static readonly Lock Gate = new();

    private readonly string _shortCategory = category[(category.LastIndexOf('.') + 1)..];
    private readonly bool _foreign = category.StartsWith("Microsoft.", StringComparison.Ordinal);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <remarks>The HTTP server tells at lower levels about every connection, which is nothing that a daemon's reader asks for.</remarks>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= level.Least && (!_foreign || logLevel >= LogLevel.Error);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        StringBuilder line = new(160);
        line.Append(DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(' ')
            .Append(Name(logLevel)).Append(' ').Append(_shortCategory).Append(": ");
        Append(line, formatter(state, exception));
        if (exception is not null) Append(line.Append(" | "), exception.ToString());
        line.Append('\n');
        lock (Gate) Console.Error.Write(line);
    }

    private static void Append(StringBuilder line, string text)
    {
        foreach (char c in text)
        {
            if (c == '\n') line.Append("\n    ");
            else line.Append(char.IsControl(c) ? '?' : c);
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}

/// <summary>The least level that is written; changes when the configuration is reloaded.</summary>
internal sealed class LogLevelSwitch
{
    public LogLevel Least { get; set; } = LogLevel.Information;
}

internal sealed class CompactLoggerProvider(LogLevelSwitch level) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new CompactLogger(categoryName, level);

    public void Dispose() { }
}
