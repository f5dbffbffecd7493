using Gantry.Build.Contexts.Kept;
using Gantry.Build.Execution;
using Gantry.Build.Solver;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Space;

/// <summary>All that builds keep for the next ones: what came out of steps, the directories of their commands, the files of clients.
/// </summary>
/// <param name="policy">Followed by <see cref="Tidy"/>; empty for no bound.</param>
/// <param name="free">Bytes that are free on the disk.</param>
/// <param name="shared">Chain IDs of layers that images have.</param>
public sealed class CacheSpace(StepCache steps, CachePlaces places, KeptContexts contexts, ISnapshotter snapshots,
    IReadOnlyList<CacheRule> policy, Func<long> free, Func<IReadOnlySet<string>> shared, TimeProvider? time = null)
    : IDisposable
{
    private const string PlaceKind = "exec.cachemount", ContextKind = "source.local";

    /// <summary>Rules go by age, and by what is free on the disk, which others fill too: they come true without a build.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private bool _isAsked, _goesOn;
    private ITimer? _timer;

    /// <summary>What was used least lately first.</summary>
    public IReadOnlyList<CacheRecord> Records()
    {
        IReadOnlySet<string> inUse = steps.InUse, ofImages = shared();
        IReadOnlyList<CacheEntry> entries = steps.Entries;
        Dictionary<string, string> byChain = [];
        foreach (CacheEntry entry in entries)
            if (entry.Chain is not null) byChain.TryAdd(entry.Chain, entry.Key);
        return
        [
            .. entries.Select(Step).Concat(places.All.Select(Place)).Concat(contexts.All.Select(Context))
                .OrderBy(record => record.LastUsed ?? record.Created),
        ];

        CacheRecord Step(CacheEntry entry) => new(entry.Key, entry.Kind, entry.Title)
        {
            Parent = entry.Below is null ? null : byChain.GetValueOrDefault(entry.Below), InUse = inUse.Contains(entry.Key),
            IsShared = entry.Chain is not null && ofImages.Contains(entry.Chain), Size = entry.Size, Created = entry.Created,
            LastUsed = entry.LastUsed, Uses = entry.Uses, Layers = LayersOf(entry, ofImages),
        };
    }

    /// <summary>Removes what a rule says.</summary>
    /// <returns>What went, and how many bytes that has freed.</returns>
    public (IReadOnlyList<CacheRecord> Gone, long Freed) Prune(CacheRule rule) => Prune(rule, Records());

    /// <summary>Follows the policy from now on: at once, and every hour, up to <see cref="Dispose"/>.</summary>
    public void Watch() => _timer = _time.CreateTimer(_ => TidySoon(), null, TimeSpan.Zero, Interval);

    public void Dispose() => _timer?.Dispose();

    /// <summary>Follows the policy behind everybody's back. Whoever asks while that goes on has it done once more.</summary>
    public void TidySoon()
    {
        if (policy.Count == 0) return;
        lock (_gate)
        {
            _isAsked = true;
            if (_goesOn) return;
            _goesOn = true;
        }
        _ = Task.Run(() =>
        {
            while (TakeTurn())
            {
                try
                {
                    Tidy();
                }
                catch (Exception e) when (Expected.Any(e))
                {
                    // The next build asks again.
                }
            }
        });
    }

    /// <summary>Follows the policy now.</summary>
    public void Tidy()
    {
        IReadOnlyList<CacheRecord> records = Records();
        foreach (CacheRule rule in policy)
            if (Prune(rule, records).Gone.Count > 0) records = Records();
    }

    private (IReadOnlyList<CacheRecord> Gone, long Freed) Prune(CacheRule rule, IReadOnlyList<CacheRecord> records)
    {
        IReadOnlyList<CacheRecord> chosen = rule.Choose(records, free(), _time.GetUtcNow());
        if (chosen.Count == 0) return (chosen, 0);
        long freed = steps.Remove([.. chosen.Where(record => !IsDirectory(record)).Select(record => record.Id)]);
        HashSet<string> gone = [];
        foreach (CacheRecord directory in chosen.Where(IsDirectory))
        {
            // A step may have begun with it meanwhile.
            if (!(directory.Kind == PlaceKind ? places.Remove(directory.Id) : contexts.Remove(directory.Id))) continue;
            gone.Add(directory.Id);
            freed += directory.Size;
        }
        return ([.. chosen.Where(record => !IsDirectory(record) || gone.Contains(record.Id))], freed);
    }

    private static CacheRecord Context(KeptContext context) => new(context.Name, ContextKind, context.Title)
    {
        InUse = context.InUse, Size = context.Size, Created = context.Created, LastUsed = context.LastUsed, Uses = context.Uses,
    };

    private static CacheRecord Place(KeptPlace place) => new(place.Name, PlaceKind, place.Title)
    {
        InUse = place.InUse, Size = place.Size, Created = place.Created, LastUsed = place.LastUsed, Uses = place.Uses,
    };

    private bool TakeTurn()
    {
        lock (_gate)
        {
            _goesOn = _isAsked;
            _isAsked = false;
            return _goesOn;
        }
    }

    private static bool IsDirectory(CacheRecord record) => record.Kind is PlaceKind or ContextKind;

    private Dictionary<string, long> LayersOf(CacheEntry entry, IReadOnlySet<string> ofImages)
    {
        Dictionary<string, long> layers = [];
        for (LayerRecord? layer = At(entry.Chain); layer is not null; layer = At(layer.Parent))
            if (!ofImages.Contains(layer.ChainId)) layers[layer.ChainId] = layer.Size;
        return layers;
    }

    private LayerRecord? At(string? chain) => chain is null ? null : snapshots.Layer(chain);
}
