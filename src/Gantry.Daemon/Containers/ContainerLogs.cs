using System.Globalization;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Engine.Logs;
using Gantry.Shim.Logs;

namespace Gantry.Daemon.Containers;

/// <summary>A container's log, in frames as attach has them, or bare when it had a terminal.</summary>
internal sealed class ContainerLogs(ContainerEngine containers)
{
    public async Task Handle(RequestContext context)
    {
        LogQuery query = new()
        {
            Stdout = context.Query.Bool("stdout"),
            Stderr = context.Query.Bool("stderr"),
            Follow = context.Query.Bool("follow"),
            Since = context.Query.Time("since"),
            Until = context.Query.Time("until"),
            Timestamps = context.Query.Bool("timestamps"),
            Details = context.Query.Bool("details"),
            Tail = Tail(context.Query.Text("tail")),
        };
        Container container = containers.Store.Find(context["id"]);
        bool terminal = container.Record.Config.Tty;
        IAsyncEnumerable<LogRecord> records = containers.Logs.Read(container.Id, query, context.Aborted);
        Stream answer = await context.StartStreamAsync(context.StreamType(terminal));
        await foreach (LogRecord record in records)
        {
            await answer.WriteAsync(LogFrame.Encode(record, terminal, query), context.Aborted);
            // What is followed is seen at once; what is read in one go is sent in large pieces.
            if (query.Follow) await answer.FlushAsync(context.Aborted);
        }
    }

    /// <summary><c>all</c>, and whatever is not a number, is everything.</summary>
    private static int Tail(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int lines) ? lines : -1;
}
