using Gantry.Engine.Logs;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>The log, from its files alone: it is there while the container runs, after it, and across restarts of the daemon.</summary>
    /// <remarks>Following ends when the container has ended and everything is read.</remarks>
    public IAsyncEnumerable<LogRecord> Logs(string reference, LogQuery query, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        CheckLogReadable(container);
        if (!query.Stdout && !query.Stderr) throw GantryException.Invalid("Bad parameters: you must choose at least one stream");
        Task ended = container.Status.Running ? container.Ended.Task : Task.CompletedTask;
        return new LogReader(container.Paths.Log).ReadAsync(query with { Ended = ended }, cancellation);
    }

    private static void CheckLogReadable(Container container)
    {
        if (container.HostConfig.LogConfig.Type == "none")
            throw GantryException.Unsupported("configured logging driver does not support reading");
    }
}
