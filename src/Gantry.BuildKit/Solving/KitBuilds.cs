namespace Gantry.BuildKit.Solving;

/// <summary>The builds that go on or have just ended, by the names that their clients gave them.</summary>
internal sealed class KitBuilds(TimeProvider time)
{
    /// <summary>A client asks for a build and for what goes on in it at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, KitBuild?> _builds = new(StringComparer.Ordinal);
    private readonly List<(string Name, TaskCompletionSource<KitBuild> Coming)> _awaited = [];

    /// <exception cref="GantryException">Conflict: there is one of that name.</exception>
    public void Reserve(string name)
    {
        lock (_gate)
            if (!_builds.TryAdd(name, null)) throw GantryException.Conflict($"build {name} goes on already");
    }

    public void Announce(KitBuild build)
    {
        lock (_gate)
        {
            _builds[build.Name] = build;
            foreach (var awaited in _awaited.Where(one => one.Name == build.Name)) awaited.Coming.TrySetResult(build);
        }
    }

    public void Remove(string name)
    {
        lock (_gate) _builds.Remove(name);
    }

    public KitBuild? Find(string name)
    {
        lock (_gate) return _builds.GetValueOrDefault(name);
    }

    /// <summary>A result of any of them.</summary>
    public ISolvedBuild? FindResult(string id)
    {
        KitBuild[] all;
        lock (_gate) all = [.. _builds.Values.OfType<KitBuild>()];
        return all.Select(build => build.Find(id)).FirstOrDefault(result => result is not null);
    }

    /// <summary>The one of that name, or soon to be; null where it does not come.</summary>
    public async Task<KitBuild?> WaitAsync(string name, CancellationToken cancellation)
    {
        TaskCompletionSource<KitBuild> coming = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_builds.TryGetValue(name, out KitBuild? there) && there is not null) return there;
            _awaited.Add((name, coming));
        }
        try
        {
            return await coming.Task.WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (_gate) _awaited.RemoveAll(one => one.Coming == coming);
        }
    }
}
