namespace Gantry.Build.Sessions;

/// <summary>The sessions that clients offer now, by the names that they have made up.</summary>
public sealed class SessionList<T>(TimeProvider time) where T : class, IBuildSession
{
    /// <summary>Each is a connection of a client that waits for a build.</summary>
    public const int Most = 500;

    /// <summary>A client opens its session and asks for the build at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _leaving = new();
    private readonly Rendezvous<T> _sessions = new(time, Patience);

    /// <summary>Cancelled when the daemon ends.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <summary>Has a name for one whose connection is still to come.</summary>
    /// <returns>To be disposed when it is over.</returns>
    /// <exception cref="GantryException">Conflict: there is one of that name; Unavailable: there are too many.</exception>
    public IDisposable Reserve(string name) => _sessions.Reserve(name, Most) switch
    {
        Reserved.Taken => throw GantryException.Conflict($"session {name} already exists"),
        Reserved.Full => throw GantryException.Unavailable($"there are {Most} sessions of builds already: no more are taken"),
        _ => new Stay(_sessions, name),
    };

    /// <summary>The one of a reserved name is there.</summary>
    public void Announce(string name, T session) => _sessions.Announce(name, session);

    /// <summary>The one of that name, or soon to be.</summary>
    /// <exception cref="GantryException">NotFound: it does not come.</exception>
    public async Task<T> WaitAsync(string name, CancellationToken cancellation) => await _sessions.WaitAsync(name, cancellation)
        ?? throw GantryException.NotFound($"no active session for {name}: context deadline exceeded");

    /// <summary>The daemon ends, and all sessions with it.</summary>
    public void Leave() => _leaving.Cancel();

    private sealed class Stay(Rendezvous<T> sessions, string name) : IDisposable
    {
        public void Dispose() => sessions.Remove(name);
    }
}
