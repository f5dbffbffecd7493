namespace Gantry.Build.Sessions;

/// <summary>The sessions that clients offer now, by the names that they have made up.</summary>
public sealed class SessionList<T>(TimeProvider time) where T : class, IBuildSession
{
    /// <summary>Each is a connection of a client that waits for a build.</summary>
    public const int Most = 500;

    /// <summary>A client opens its session and asks for the build at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly Dictionary<string, T?> _sessions = new(StringComparer.Ordinal);
    private readonly List<(string Name, TaskCompletionSource<T> Coming)> _awaited = [];

    /// <summary>Cancelled when the daemon ends.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <summary>Has a name for one whose connection is still to come.</summary>
    /// <returns>To be disposed when it is over.</returns>
    /// <exception cref="GantryException">Conflict: there is one of that name; Unavailable: there are too many.</exception>
    public IDisposable Reserve(string name)
    {
        lock (_gate)
        {
            if (_sessions.ContainsKey(name)) throw GantryException.Conflict($"session {name} already exists");
            if (_sessions.Count >= Most)
                throw GantryException.Unavailable($"there are {Most} sessions of builds already: no more are taken");
            _sessions.Add(name, null);
        }
        return new Stay(this, name);
    }

    /// <summary>The one of a reserved name is there.</summary>
    public void Announce(string name, T session)
    {
        lock (_gate)
        {
            _sessions[name] = session;
            foreach (var awaited in _awaited.Where(one => one.Name == name)) awaited.Coming.TrySetResult(session);
        }
    }

    /// <summary>The one of that name, or soon to be.</summary>
    /// <exception cref="GantryException">NotFound: it does not come.</exception>
    public async Task<T> WaitAsync(string name, CancellationToken cancellation)
    {
        TaskCompletionSource<T> coming = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_sessions.TryGetValue(name, out T? there) && there is not null) return there;
            _awaited.Add((name, coming));
        }
        try
        {
            return await coming.Task.WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw GantryException.NotFound($"no active session for {name}: context deadline exceeded");
        }
        finally
        {
            lock (_gate) _awaited.RemoveAll(one => one.Coming == coming);
        }
    }

    /// <summary>The daemon ends, and all sessions with it.</summary>
    public void Leave() => _leaving.Cancel();

    private sealed class Stay(SessionList<T> list, string name) : IDisposable
    {
        public void Dispose()
        {
            lock (list._gate) list._sessions.Remove(name);
        }
    }
}
