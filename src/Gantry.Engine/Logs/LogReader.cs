using System.Runtime.CompilerServices;
using Gantry.Linux.Events;
using Gantry.Shim;
using Gantry.Shim.Logs;

namespace Gantry.Engine.Logs;

/// <summary>Reads the log files that a container's shim writes, in one pass over old and new, through rotations.</summary>
/// <param name="path">The newest file; <see cref="LogFileName"/> knows the others.</param>
/// <param name="driver">Whose format they have.</param>
/// <param name="earlier">Likewise the newest of what was written before the first of these, as json-file.</param>
public sealed class LogReader(string path, string driver = LogDriver.JsonFile, string? earlier = null, TimeProvider? time = null)
{
    /// <summary>Where the kernel has no watch for us. Its limit is the host's, of all programs together.</summary>
    private const int Look = 100;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The records that match, oldest first. Each is valid until the next one is asked for.</summary>
    /// <remarks>
    /// A log that does not exist is an empty one. Following ends when the query says that the container has ended and everything is read.
    /// The files are opened on return: the container may be removed before the first record is asked for.
    /// </remarks>
    public IAsyncEnumerable<LogRecord> ReadAsync(LogQuery query, CancellationToken cancellation)
    {
        // Watched before anything is read: what is written after that reading wakes.
        DirectoryWatch.Waiter? watch = query.Follow ? DirectoryWatch.Of(Path.GetDirectoryName(path)!) : null;
        try
        {
            return ReadAsync(new LogCursor(path, LogFormat.Of(driver), earlier, query, cancellation), query, watch, cancellation);
        }
        catch
        {
            watch?.Dispose();
            throw;
        }
    }

    /// <summary>How far the log goes now.</summary>
    public LogEnd End()
    {
        using LogFileSet set = LogFileSet.Open(path, LogFormat.Of(driver), earlier);
        return set.Files is [.., var newest]
            ? new LogEnd(newest.Identity.Device, newest.Identity.Inode, RandomAccess.GetLength(newest.Handle), newest.Identity.Birth)
            : new LogEnd(0, 0, 0);
    }

    private async IAsyncEnumerable<LogRecord> ReadAsync(LogCursor opened, LogQuery query, DirectoryWatch.Waiter? watched,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using LogCursor cursor = opened;
        using DirectoryWatch.Waiter? watch = watched;
        Task? changed = null;
        Task past = Past(query, cancellation);
        while (true)
        {
            // Asked before reading: what is written until then is certainly read.
            bool last = !query.Follow || query.Ended.IsCompleted || past.IsCompleted;
            while (cursor.Next() is { } record)
            {
                if (record.Time > query.Until) yield break;
                yield return record;
                cancellation.ThrowIfCancellationRequested();
            }
            if (last || _time.GetUtcNow() > query.Until) yield break;
            if (changed is null or { IsCompleted: true }) changed = watch?.ChangedAsync(cancellation);
            await Task.WhenAny(query.Ended, changed ?? Task.Delay(Look, cancellation), past);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The time until which records are asked for, when nothing more may come to show that it has passed. It comes although the
    /// clock is set back meanwhile.</summary>
    private Task Past(LogQuery query, CancellationToken cancellation) =>
        query.Until is { } until ? Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp((until - _time.GetUtcNow()).TotalMilliseconds + 1,
            1, int.MaxValue - 1)), _time, cancellation) : Task.Delay(Timeout.Infinite, cancellation);
}
