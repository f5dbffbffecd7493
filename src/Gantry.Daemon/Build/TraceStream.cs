using Gantry.Api.Builds;
using Gantry.Api.Wire;
using Gantry.BuildKit.Progress;
using Gantry.Daemon.Images;

namespace Gantry.Daemon.Build;

/// <summary>Passes the news of a build on to its client, as lines of the answer.</summary>
internal static class TraceStream
{
    private const string Trace = "moby.buildkit.trace";

    /// <summary>Up to the end of the feed. Who cannot be told any more holds up nobody.</summary>
    /// <param name="record">Gets all of it too.</param>
    /// <param name="output">Null for a client that wants to hear nothing.</param>
    public static async Task RunAsync(StatusFeed feed, Action<byte[]> record, ProgressStream? output,
        CancellationToken cancellation)
    {
        try
        {
            while (await feed.NextAsync(cancellation) is { } news)
            {
                record(news);
                output?.Write(new BuildTraceMessage { Id = Trace, Aux = news }, ApiJson.Default.BuildTraceMessage);
            }
        }
        finally
        {
            feed.End();
        }
    }
}
