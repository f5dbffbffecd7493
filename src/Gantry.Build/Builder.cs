using Gantry.Build.Contexts;
using Gantry.Build.Contexts.Kept;
using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Build.Repositories;
using Gantry.Build.Sessions;
using Gantry.Build.Solver;
using Gantry.Build.Space;
using Gantry.Network;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Build;

/// <summary>Builds images: what all builds have in common.</summary>
public sealed class Builder
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly BuildSettings _settings;
    private readonly ContentStore _content;
    private readonly ISnapshotter _snapshots;
    private readonly NetworkController _networks;
    private readonly CachePlaces _places;
    private readonly KeyedGate _busy = new();
    /// <summary>1 while <see cref="TidySoon"/> waits for its moment.</summary>
    private int _tidies;

    /// <param name="collector">Not started yet.</param>
    /// <param name="policy">What bounds the cache, for a disk of so many bytes.</param>
    /// <param name="shared">Chain IDs of layers that images have.</param>
    public Builder(BuildSettings settings, ContentStore content, ISnapshotter snapshots, NetworkController networks, Collector collector,
        Func<long, IReadOnlyList<CacheRule>> policy, Func<IReadOnlySet<string>> shared)
    {
        (_settings, _content, _snapshots, _networks) = (settings, content, snapshots, networks);
        Cache = new StepCache(Path.Combine(settings.Directory, "cache"), collector, snapshots);
        _places = new CachePlaces(Path.Combine(settings.Directory, "mounts"));
        Contexts = new KeptContexts(Path.Combine(settings.Directory, "contexts"), NewDirectory);
        DriveInfo disk = new(settings.Directory);
        Space = new CacheSpace(Cache, _places, Contexts, snapshots, policy(disk.TotalSize), () => disk.AvailableFreeSpace, shared);
    }

    public StepCache Cache { get; }

    /// <summary>The files of clients that have a session.</summary>
    public KeptContexts Contexts { get; }

    /// <summary>What of it is listed, pruned and bounded.</summary>
    public CacheSpace Space { get; }

    /// <summary>Ends and removes what builds of an earlier daemon have left.</summary>
    /// <returns>What could not be ended, in words.</returns>
    public async Task<IReadOnlyList<string>> RestoreAsync()
    {
        List<string> failures = [.. await new StepRemains(_settings).EndAllAsync()];
        // A step that lives on has its tree.
        if (failures.Count > 0) return failures;
        // Each by itself: files that will not go keep no layer here.
        Remove(() => StepDirectory.Clear(_settings));
        Remove(() =>
        {
            foreach (string key in _snapshots.Keys.Where(StepLayer.IsKey).ToList()) _snapshots.Remove(key);
        });
        return failures;

        void Remove(Action remains)
        {
            try
            {
                remains();
            }
            catch (Exception e) when (Expected.Any(e))
            {
                failures.Add($"what earlier builds left could not be removed: {e.Message}");
            }
        }
    }

    /// <summary>A path for files of one build, where nobody else passes and nothing is yet; after a crash it is removed.</summary>
    public string NewDirectory() => StepDirectory.NewPath(_settings);

    /// <inheritdoc cref="RepositoryContext.ReceiveAsync"/>
    public Task<ContextDirectory> ReceiveAsync(GitAddress address, string? dockerfile, bool keepGit, CancellationToken cancellation) =>
        RepositoryContext.ReceiveAsync(address, NewDirectory, dockerfile, keepGit, _settings.Repositories, cancellation);

    /// <summary>A build is over. A moment later, for it and for those that end by then: what was added to the cache outlives a power loss
    /// from some moment on, and what is kept is bounded. Nobody waits for the disk, nor does the next build for the processor.</summary>
    public void TidySoon()
    {
        if (Interlocked.Exchange(ref _tidies, 1) == 1) return;
        _ = Task.Run(async () =>
        {
            await Task.Delay(Moment);
            Volatile.Write(ref _tidies, 0);
            Try(Cache.Settle);
            Space.TidySoon();
        });
    }

    /// <summary>The daemon ends: what its next one cannot know otherwise is written.</summary>
    public void Leave()
    {
        Space.Dispose();
        Try(Cache.WriteUses);
    }

    private static void Try(Action save)
    {
        try
        {
            save();
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // After a power loss these steps are done again.
        }
    }

    /// <summary>For one build of one platform; disposed at its end.</summary>
    /// <inheritdoc cref="OpenGroup"/>
    public BuildRun Open(ContextTrees contexts, IBuildSession? session = null) => OpenGroup(contexts, session).Open();

    /// <summary>For one build.</summary>
    /// <param name="contexts">Where COPY and ADD take files from.</param>
    /// <param name="session">Of the client, who is asked for secrets and agents; null for one that offers nothing.</param>
    public BuildGroup OpenGroup(ContextTrees contexts, IBuildSession? session = null) => new(contexts, group =>
    {
        Lease lease = Cache.Begin();
        StepStores stores = new(_settings, _content, _snapshots, contexts, lease) { Session = session };
        return new BuildRun(Cache, _busy, new StepWork(stores, _networks, _places), lease, group);
    });
}
