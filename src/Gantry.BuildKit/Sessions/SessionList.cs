using Gantry.BuildKit.Connections;
using Grpc.Net.Client;

namespace Gantry.BuildKit.Sessions;

/// <summary>The sessions that clients offer now, by name.</summary>
public sealed class SessionList(TimeProvider time)
{
    /// <summary>Each is a connection of a client that waits for a build.</summary>
    public const int Most = 500;

    /// <summary>A client opens its session and asks for the build at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly Dictionary<string, ClientSession?> _sessions = new(StringComparer.Ordinal);
    private readonly List<(string Id, TaskCompletionSource<ClientSession> Coming)> _awaited = [];

    /// <summary>Has a session as long as its connection lasts, and its client answers.</summary>
    /// <param name="admitted">Called when it is certain that there is room: it has the connection, and a word for when it is gone, taken.
    /// </param>
    /// <exception cref="GantryException">Conflict: there is one of that name; Unavailable: there are too many.</exception>
    public async Task ServeAsync(SessionHead head, Func<Func<Stream, CancellationToken, Task>, Task> admitted)
    {
        Reserve(head.Id);
        try
        {
            await admitted((stream, gone) => RunAsync(head, stream, gone));
        }
        finally
        {
            lock (_gate) _sessions.Remove(head.Id);
        }
    }

    /// <summary>The one of that name, or soon to be.</summary>
    /// <exception cref="GantryException">NotFound: it does not come.</exception>
    public async Task<ClientSession> WaitAsync(string id, CancellationToken cancellation)
    {
        TaskCompletionSource<ClientSession> coming = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_sessions.TryGetValue(id, out ClientSession? there) && there is not null) return there;
            _awaited.Add((id, coming));
        }
        try
        {
            return await coming.Task.WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw GantryException.NotFound($"no active session for {id}: context deadline exceeded");
        }
        finally
        {
            lock (_gate) _awaited.RemoveAll(one => one.Coming == coming);
        }
    }

    private void Reserve(string id)
    {
        lock (_gate)
        {
            if (_sessions.ContainsKey(id)) throw GantryException.Conflict($"session {id} already exists");
            if (_sessions.Count >= Most)
                throw new GantryException(ErrorKind.Unavailable, $"there are {Most} sessions of builds already: no more are taken");
            _sessions.Add(id, null);
        }
    }

    /// <summary>The daemon ends, and all sessions with it.</summary>
    public void Leave() => _leaving.Cancel();

    private async Task RunAsync(SessionHead head, Stream stream, CancellationToken gone)
    {
        await using StreamEnd connection = new(stream);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(gone, _leaving.Token);
        using GrpcChannel channel = StreamChannel.Open(connection);
        using ClientSession session = new(head, channel, over);
        Task health = new SessionHealth(channel, time).WatchAsync(over.Token);
        Announce(session);
        try
        {
            await Task.WhenAny(health, connection.Ended, Task.Delay(Timeout.Infinite, over.Token));
        }
        finally
        {
            await over.CancelAsync();
            await health.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Announce(ClientSession session)
    {
        lock (_gate)
        {
            _sessions[session.Id] = session;
            foreach (var awaited in _awaited.Where(one => one.Id == session.Id)) awaited.Coming.TrySetResult(session);
        }
    }
}
