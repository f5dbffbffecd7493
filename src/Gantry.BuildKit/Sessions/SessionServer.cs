using Gantry.Build.Sessions;
using Gantry.BuildKit.Connections;
using Grpc.Net.Client;

namespace Gantry.BuildKit.Sessions;

/// <summary>Has what clients offer in a list for as long as their connections last, and they answer.</summary>
public sealed class SessionServer(SessionList<ClientSession> sessions, TimeProvider time)
{
    /// <param name="admitted">Called when it is certain that there is room: it has the connection, and a word for when it is gone, taken.
    /// </param>
    /// <exception cref="GantryException">Conflict: there is one of that name; Unavailable: there are too many.</exception>
    public async Task ServeAsync(SessionHead head, Func<Func<Stream, CancellationToken, Task>, Task> admitted)
    {
        using IDisposable stay = sessions.Reserve(head.Id);
        await admitted((stream, gone) => RunAsync(head, stream, gone));
    }

    private async Task RunAsync(SessionHead head, Stream stream, CancellationToken gone)
    {
        await using StreamEnd connection = new(stream);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(gone, sessions.Leaving);
        using GrpcChannel channel = StreamChannel.Open(connection);
        using ClientSession session = new(head, channel, over);
        Task health = new SessionHealth(channel, time).WatchAsync(over.Token);
        sessions.Announce(head.Id, session);
        try
        {
            await Task.WhenAny(health, connection.Ended, Task.Delay(Timeout.Infinite, over.Token));
        }
        finally
        {
            await over.CancelAsync();
            // A question that the end has cut off fails in its own words, which are nobody's.
            await health.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }
}
