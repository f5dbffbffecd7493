using System.Runtime.CompilerServices;

namespace Gantry.Engine.Logs;

/// <summary>Reads the json-file log of a container: the newest file and the rotated ones before it (<c>.1</c> is the newest of those).</summary>
public sealed class LogReader(string path)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public async IAsyncEnumerable<LogRecord> ReadAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using LogFiles files = LogFiles.Open(path);
        if (query.Tail >= 0) files.SkipToTail(query.Tail);
        while (true)
        {
            // Asked before reading, so that what was written before the end is never missed.
            bool last = !query.Follow || query.Ended.IsCompleted;
            while (files.TryReadLine(out ReadOnlyMemory<byte> line))
            {
                if (LogLine.TryParse(line.Span) is not { } record || !Wanted(record, query)) continue;
                if (record.Time > query.Until) yield break;
                yield return record;
            }
            if (last) yield break;
            await Task.Delay(Poll, cancellation);
        }
    }

    private static bool Wanted(LogRecord record, LogQuery query) =>
        (record.Stream == 2 ? query.Stderr : query.Stdout) && (query.Since is null || record.Time >= query.Since);
}
