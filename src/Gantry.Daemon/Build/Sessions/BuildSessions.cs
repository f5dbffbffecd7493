using System.Collections.Concurrent;
using Gantry.Build.Sessions;

namespace Gantry.Daemon.Build.Sessions;

/// <summary>The clients that offer something to their builds, by the names that they have made up.</summary>
internal sealed class BuildSessions
{
    private const int MaxSessions = 1000;

    private readonly ConcurrentDictionary<string, IBuildSession> _sessions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Cancelled when the daemon ends.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <returns>To be disposed when it is over.</returns>
    /// <exception cref="GantryException">Conflict: there is one of that name; Unavailable: there are too many.</exception>
    public IDisposable Add(string name, IBuildSession session)
    {
        if (_sessions.Count >= MaxSessions) throw GantryException.Unavailable($"more than {MaxSessions} clients have sessions");
        if (!_sessions.TryAdd(name, session)) throw GantryException.Conflict($"session {name} goes on already");
        return new Stay(_sessions, name);
    }

    /// <exception cref="GantryException">NotFound: it is over, or was never.</exception>
    public IBuildSession Find(string name) =>
        _sessions.GetValueOrDefault(name) ?? throw GantryException.NotFound($"no such session: {name}");

    /// <summary>The daemon ends, and the sessions with it.</summary>
    public void Leave() => _leaving.Cancel();

    private sealed class Stay(ConcurrentDictionary<string, IBuildSession> sessions, string name) : IDisposable
    {
        public void Dispose() => sessions.TryRemove(name, out _);
    }
}
