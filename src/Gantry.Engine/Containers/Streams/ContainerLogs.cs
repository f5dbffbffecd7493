using Gantry.Engine.Logs;
using Gantry.Shim.Logs;

namespace Gantry.Engine.Containers.Streams;

public sealed class ContainerLogs(ContainerStore store)
{
    /// <summary>The log, from its files alone: it is there while the container runs, after it, and across restarts of the daemon.</summary>
    /// <remarks>Following ends when the container has ended and everything is read.</remarks>
    public IAsyncEnumerable<LogRecord> Read(string reference, LogQuery query, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        if (container.Status.RemovalInProgress)
            throw GantryException.Conflict("can not get logs from container which is dead or marked for removal");
        CheckReadable(container);
        if (!query.Stdout && !query.Stderr) throw GantryException.Invalid("Bad parameters: you must choose at least one stream");
        Task ended = container.Status.Running ? container.Ended.Task : Task.CompletedTask;
        return LogSettings.Reader(container).ReadAsync(query with { Ended = ended }, cancellation);
    }

    internal static void CheckReadable(Container container)
    {
        if (container.HostConfig.LogConfig.Type == LogDriver.None)
            throw GantryException.Unsupported("configured logging driver does not support reading");
    }
}
