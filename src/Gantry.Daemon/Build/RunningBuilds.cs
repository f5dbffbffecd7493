using System.Collections.Concurrent;

namespace Gantry.Daemon.Build;

/// <summary>The builds that go on: each can be called off.</summary>
internal sealed class RunningBuilds
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _named = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Cancelled with the client, by name, or when the daemon ends.</summary>
    /// <param name="id">Empty for one without a name.</param>
    public CancellationTokenSource Begin(string id, CancellationToken client)
    {
        CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(client, _leaving.Token);
        if (id.Length > 0 && !_named.TryAdd(id, source))
        {
            source.Dispose();
            throw GantryException.Conflict($"build {id} goes on already");
        }
        return source;
    }

    public void End(string id, CancellationTokenSource source)
    {
        if (id.Length > 0) _named.TryRemove(id, out _);
        source.Dispose();
    }

    /// <summary>Unknown ones are ignored.</summary>
    public void Cancel(string id)
    {
        if (!_named.TryGetValue(id, out CancellationTokenSource? source)) return;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended in this moment.
        }
    }

    /// <summary>The daemon ends.</summary>
    public void Leave() => _leaving.Cancel();
}
