namespace Gantry.BuildKit.Solving;

/// <summary>The builds that go on or have just ended, by the names that their clients gave them.</summary>
internal sealed class KitBuilds(TimeProvider time)
{
    /// <summary>A client asks for a build and for what goes on in it at the same time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly Rendezvous<KitBuild> _builds = new(time, Patience);

    /// <exception cref="GantryException">Conflict: there is one of that name.</exception>
    public void Reserve(string name)
    {
        if (_builds.Reserve(name) != Reserved.Yours) throw GantryException.Conflict($"build {name} goes on already");
    }

    public void Announce(KitBuild build) => _builds.Announce(build.Name, build);

    public void Remove(string name) => _builds.Remove(name);

    public KitBuild? Find(string name) => _builds.Find(name);

    /// <summary>A result of any of them.</summary>
    public ISolvedBuild? FindResult(string id) => _builds.All.Select(build => build.Find(id)).FirstOrDefault(result => result is not null);

    /// <summary>The one of that name, or soon to be; null where it does not come.</summary>
    public Task<KitBuild?> WaitAsync(string name, CancellationToken cancellation) => _builds.WaitAsync(name, cancellation);
}
