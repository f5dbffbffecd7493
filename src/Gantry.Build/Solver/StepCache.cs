using Gantry.Build.Graph;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Solver;

/// <summary>What came out of earlier steps, by their keys: <c>build/cache/&lt;key&gt;.json</c>. It outlives the daemon.</summary>
/// <remarks>An entry is written at once and not synced, so that a build that is killed is gone on with; <see cref="Settle"/> makes all of
/// them outlive a power loss, and writes when those that were found were last used. One from before such a loss is dropped, and so is a
/// damaged one: what it names may be half there, and nothing is lost but time.</remarks>
public sealed class StepCache : IRootOwner
{
    private const string Owner = "build", Suffix = ".json";

    private readonly string _directory;
    private readonly Collector _collector;
    private readonly ISnapshotter _snapshots;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CacheEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<Lease, HashSet<string>> _inUse = [];
    /// <summary>Keys of what was found since it was last written.</summary>
    private readonly HashSet<string> _found = [];

    /// <summary>Reads what is kept, and tells the collector what it needs.</summary>
    public StepCache(string directory, Collector collector, ISnapshotter snapshots, TimeProvider? time = null)
    {
        (_directory, _collector, _snapshots, _time) = (directory, collector, snapshots, time ?? TimeProvider.System);
        OwnDirectory.Make(directory, OwnDirectory.OwnerOnly);
        AtomicFile.Sweep(directory);
        foreach (string path in OwnDirectory.All(directory))
        {
            string key = Path.GetFileNameWithoutExtension(path);
            if (Read(path, key) is { } entry) _entries.Add(key, entry);
            else JsonFile.Delete(path);
        }
        collector.Register(this);
    }

    public void AddRoots(RootSet needed)
    {
        lock (_gate)
        {
            needed.Layers.UnionWith(_entries.Values.Select(entry => entry.Chain).OfType<string>());
            needed.Blobs.UnionWith(_entries.Values.Select(entry => entry.DiffId).OfType<string>());
        }
    }

    /// <summary>In the order in which they were last used.</summary>
    public IReadOnlyList<CacheEntry> Entries
    {
        get { lock (_gate) return [.. _entries.Values.OrderBy(entry => entry.LastUsed ?? entry.Created)]; }
    }

    /// <summary>Keys of what goes into a build just now.</summary>
    public IReadOnlySet<string> InUse
    {
        get { lock (_gate) return _inUse.Values.SelectMany(keys => keys).ToHashSet(); }
    }

    /// <summary>A lease for a build: what it finds and makes stays until <see cref="End"/>.</summary>
    public Lease Begin()
    {
        Lease lease = _collector.Lease(Owner);
        lock (_gate) _inUse[lease] = [];
        return lease;
    }

    public void End(Lease lease)
    {
        lock (_gate) _inUse.Remove(lease);
        lease.Dispose();
    }

    /// <summary>Finds what came out of a step, and pins it.</summary>
    /// <returns>Null when it is not known, or not there any more.</returns>
    public CacheEntry? Find(string key, Lease lease)
    {
        CacheEntry? entry;
        lock (_gate) entry = _entries.GetValueOrDefault(key);
        if (entry?.Chain is { } chain)
        {
            lease.PinLayer(chain);
            if (entry.DiffId is not null) lease.PinBlob(entry.DiffId);
            if (!_snapshots.Contains(chain))
            {
                Forget(key);
                return null;
            }
        }
        if (entry is null) return null;
        lock (_gate)
        {
            // One that took its place meanwhile was not found.
            if (_entries.TryGetValue(key, out CacheEntry? now) && IsSame(now, entry))
            {
                _entries[key] = entry = now with { LastUsed = _time.GetUtcNow(), Uses = now.Uses + 1 };
                _found.Add(key);
            }
            _inUse.GetValueOrDefault(lease)?.Add(key);
        }
        return entry;
    }

    /// <summary>Remembers what came out of a step. Its layer is pinned by the caller.</summary>
    public CacheEntry Add(string key, string title, BuiltTree below, TreeLayer? layer, Lease lease)
    {
        string? chain = layer is null ? null : below.With(layer).Name;
        CacheEntry entry = new()
        {
            Key = key, Title = title, Below = below.Layers.Count > 0 ? below.Name : null, Chain = chain, DiffId = layer?.DiffId,
            ArchiveSize = layer?.Blob.Size ?? 0, Size = chain is null ? 0 : _snapshots.Layer(chain)?.Size ?? 0,
            Created = _time.GetUtcNow(), UnsyncedSince = HostBoot.Id,
        };
        CacheEntry? replaced;
        lock (_gate)
        {
            replaced = _entries.GetValueOrDefault(key);
            _entries[key] = entry;
            _inUse.GetValueOrDefault(lease)?.Add(key);
        }
        try
        {
            Write(entry);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // The disk is full: the build may go on, the next one does this step again.
            Forget(key);
        }
        if (replaced is not null) Inherit(replaced, lease);
        return entry;
    }

    /// <summary>What nobody has any more goes with the build that has replaced it; not before, for others may be at work with it.</summary>
    private static void Inherit(CacheEntry replaced, Lease lease)
    {
        if (replaced.Chain is not null) lease.PinLayer(replaced.Chain);
        if (replaced.DiffId is not null) lease.PinBlob(replaced.DiffId);
    }

    /// <summary>Whatever was added so far outlives a power loss from here on, and when it was last used a restart.</summary>
    public void Settle()
    {
        List<CacheEntry> added;
        lock (_gate) added = [.. _entries.Values.Where(entry => entry.UnsyncedSince is not null)];
        if (added.Count > 0) _snapshots.Sync();
        foreach (CacheEntry entry in added)
        {
            lock (_gate)
            {
                // One that took its place meanwhile was not synced.
                if (!_entries.TryGetValue(entry.Key, out CacheEntry? now) || !IsSame(now, entry)) continue;
                Write(_entries[entry.Key] = now with { UnsyncedSince = null });
                _found.Remove(entry.Key);
            }
        }
        WriteUses();
    }

    /// <summary>When steps were last used outlives a restart from here on.</summary>
    public void WriteUses()
    {
        List<string> found;
        lock (_gate)
        {
            found = [.. _found];
            _found.Clear();
        }
        foreach (string key in found)
            lock (_gate)
                if (_entries.TryGetValue(key, out CacheEntry? entry)) Write(entry);
    }

    /// <summary>Of one step, done once; it may have been used since.</summary>
    private static bool IsSame(CacheEntry one, CacheEntry other) => one.Chain == other.Chain && one.Created == other.Created;

    /// <summary>Forgets entries; what nobody else needs of their layers goes.</summary>
    /// <returns>Bytes in the files of the layers that went.</returns>
    public long Remove(IReadOnlyCollection<string> keys)
    {
        Dictionary<string, long> layers = [];
        List<string> blobs = [];
        foreach (string key in keys)
        {
            if (Forget(key) is not { Chain: { } chain } entry) continue;
            blobs.Add(entry.DiffId!);
            // What it stands on may have waited for it.
            for (LayerRecord? layer = _snapshots.Layer(chain); layer is not null && layers.TryAdd(layer.ChainId, layer.Size);)
            {
                blobs.Add(layer.DiffId);
                layer = layer.Parent is { } parent ? _snapshots.Layer(parent) : null;
            }
        }
        return _collector.Collect(blobs, layers.Keys).Sum(chain => layers.GetValueOrDefault(chain));
    }

    /// <returns>What it was; null for one that is not known.</returns>
    private CacheEntry? Forget(string key)
    {
        lock (_gate)
        {
            _entries.Remove(key, out CacheEntry? entry);
            JsonFile.Delete(PathOf(key));
            return entry;
        }
    }

    private void Write(CacheEntry entry) => JsonFile.Save(PathOf(entry.Key), entry, CacheJson.Default.CacheEntry, durable: false);

    private string PathOf(string key) => Path.Combine(_directory, key + Suffix);

    private static CacheEntry? Read(string path, string key)
    {
        try
        {
            CacheEntry? entry = JsonFile.Load(path, CacheJson.Default.CacheEntry);
            bool whole = entry is not null && path.EndsWith(Suffix, StringComparison.Ordinal)
                && (entry.Chain is null) == (entry.DiffId is null)
                && (entry.Chain is null || (Digest.IsValid(entry.Chain) && Digest.IsValid(entry.DiffId)))
                && (entry.UnsyncedSince is null || entry.UnsyncedSince == HostBoot.Id);
            return whole ? entry! with { Key = key } : null;
        }
        catch (DamagedFileException)
        {
            return null;
        }
    }
}
