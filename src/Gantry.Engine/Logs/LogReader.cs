using System.Runtime.CompilerServices;

namespace Gantry.Engine.Logs;

/// <summary>Reads the log files that a container's shim writes, in one pass over old and new, through rotations.</summary>
/// <param name="path">The newest file; rotated ones have <c>.1</c>, <c>.2</c>, … appended.</param>
public sealed class LogReader(string path)
{
    private const int ShortestWait = 10, LongestWait = 100;

    /// <summary>The records that match, oldest first. Each is valid until the next one is asked for.</summary>
    /// <remarks>
    /// A log that does not exist is an empty one. Following ends when the query says that the container has ended and everything is read.
    /// The files are opened on return: the container may be removed before the first record is asked for.
    /// </remarks>
    public IAsyncEnumerable<LogRecord> ReadAsync(LogQuery query, CancellationToken cancellation) =>
        ReadAsync(new LogCursor(path, query), query, cancellation);

    private static async IAsyncEnumerable<LogRecord> ReadAsync(LogCursor opened, LogQuery query,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using LogCursor cursor = opened;
        for (int wait = ShortestWait; ; wait = Math.Min(wait * 2, LongestWait))
        {
            // Asked before reading: what is written until then is certainly read.
            bool last = !query.Follow || query.Ended.IsCompleted;
            while (cursor.Next() is { } record)
            {
                if (record.Time > query.Until) yield break;
                wait = ShortestWait;
                yield return record;
                cancellation.ThrowIfCancellationRequested();
            }
            if (last || DateTimeOffset.UtcNow > query.Until) yield break;
            await Task.WhenAny(query.Ended, Task.Delay(wait, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
