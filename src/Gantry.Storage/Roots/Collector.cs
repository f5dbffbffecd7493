using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Roots;

/// <summary>Removes the blobs and layers that nobody needs, and knows who needs which: owners that derive it, owners that have written
/// it down, and leases of those who are at work.</summary>
/// <remarks>
/// What is needed is put together anew for each collection, never counted. A collection and a pin exclude each other: what is pinned
/// stays from then on, what was collected before is not there for whoever looks after that. Every removal is one rename or one unlink,
/// so a collection that is killed has done a part of its work; the next start does the rest. What was renamed away is deleted outside
/// of the lock: nobody waits for that who pins.
/// <para>The collector's lock is taken first: who holds one of an owner's must not pin, or end a lease.</para>
/// </remarks>
public sealed class Collector : IDisposable
{
    /// <summary>Bytes of a blob that a pull would rather not fetch again.</summary>
    private const long WorthKeeping = 1 << 20;

    private readonly Lock _gate = new();
    private readonly ContentStore _content;
    private readonly ISnapshotter _snapshotter;
    private readonly TimeProvider _time;
    private readonly LeaseFiles _files;
    private readonly List<IRootOwner> _owners = [];
    private readonly List<Lease> _leases = [];
    private bool _started;

    /// <summary>Reads what is written below <paramref name="dataRoot"/>; nothing is collected before <see cref="Start"/>.</summary>
    public Collector(string dataRoot, ContentStore content, ISnapshotter snapshotter, TimeProvider? time = null)
    {
        (_content, _snapshotter, _time) = (content, snapshotter, time ?? TimeProvider.System);
        Written = new WrittenRoots(Path.Combine(dataRoot, "roots"), _gate);
        _files = new LeaseFiles(Path.Combine(dataRoot, "leases"), _time);
        foreach ((string path, LeaseRecord record) in _files.Read()) _leases.Add(Left(path, record));
        snapshotter.Unreferenced += CollectChain;
    }

    public WrittenRoots Written { get; }

    /// <summary>To be called before <see cref="Start"/>, with all that the owner has read.</summary>
    public void Register(IRootOwner owner) { lock (_gate) _owners.Add(owner); }

    /// <summary>All owners of this program are registered: what a crash left to nobody goes.
    /// A blob may be of a pull that was under way, and is kept as a broken-off download.</summary>
    public void Start()
    {
        Collecting(removed =>
        {
            _started = true;
            _files.EndUnreadable();
            CollectAll(removed, keepDownloads: true);
        });
    }

    /// <summary>For work that ends with this process.</summary>
    public Lease Lease(string owner)
    {
        Lease lease = new(this, owner, "");
        lock (_gate) _leases.Add(lease);
        return lease;
    }

    /// <summary>For work that somebody may go on with after this process. What an earlier one left of the same is taken over.</summary>
    /// <param name="life">How long: at least half of it from the last thing pinned on, and from the last
    /// <see cref="EndExpired"/>.</param>
    public Lease Lease(string owner, string purpose, TimeSpan life, bool keepsDownloads = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, LeaseFiles.LongestLife);
        Lease lease = new(this, owner, purpose) { Life = life, Path = _files.NewPath(), KeepsDownloads = keepsDownloads };
        lock (_gate)
        {
            List<Lease> left = [.. _leases.Where(one => one.Expires is not null && one.Owner == owner && one.Purpose == purpose)];
            foreach (Lease one in left) lease.Roots.Add(one.Roots);
            if (left.Count > 0) _files.Save(lease);
            _leases.Add(lease);
            foreach (Lease one in left) Forget(one);
        }
        return lease;
    }

    /// <summary>Ends what earlier processes left of an owner: nobody is to go on with it.</summary>
    public void EndLeft(string owner) => EndLeft(lease => lease.Owner == owner);

    /// <summary>Ends leases whose time is over. Those that somebody is at work with live on, should he be killed.</summary>
    public void EndExpired()
    {
        DateTimeOffset now = _time.GetUtcNow();
        Renew(now);
        EndLeft(lease => lease.Expires < now);
        Collecting(removed =>
        {
            if (_files.EndUnreadable()) CollectAll(removed, keepDownloads: true);
        });
    }

    /// <summary>What cannot be collected because of it is needed by somebody, or may be.</summary>
    public RootSet Needed() { lock (_gate) return NeededNow(); }

    /// <summary>Removes those of the candidates that nobody needs, and returns when their space is free. To be called without a lock
    /// that others wait for.</summary>
    /// <returns>Chain IDs of the layers removed, topmost first.</returns>
    public IReadOnlyList<string> Collect(IEnumerable<string> blobs, IEnumerable<string> layers)
    {
        Removals removed = new();
        try
        {
            Collecting(found => Collect(blobs, layers, found, keepDownloads: false), removed);
        }
        finally
        {
            removed.FreeLayers();
        }
        return removed.Layers;
    }

    /// <summary>Removes every blob and layer that nobody needs. Normally there is none: what loses its last user goes at once.</summary>
    /// <inheritdoc cref="Collect(IEnumerable{string}, IEnumerable{string})"/>
    public void CollectAll() => Collect(_content.All.ToList(), AllLayers());

    /// <summary>Writable layers that belong to nobody; none while that cannot be told. They are not collected: a container whose
    /// directory was moved away is nobody's either.</summary>
    public IReadOnlyList<string> UnownedSnapshots()
    {
        lock (_gate)
        {
            // Looked at before the owners: what is made after that has an owner.
            IReadOnlyCollection<string> keys = _snapshotter.Keys;
            RootSet needed = NeededNow();
            return needed.AllSnapshots ? [] : [.. keys.Where(key => !needed.Snapshots.Contains(key))];
        }
    }

    /// <summary>What is damaged here, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages() { lock (_gate) return [.. Written.Damages(), .. _files.Damages()]; }

    public void Dispose() => _snapshotter.Unreferenced -= CollectChain;

    internal T Pin<T>(Lease lease, Func<RootSet, T> find)
    {
        lock (_gate)
        {
            T found = find(lease.Roots);
            if (lease.IsToBeSaved(_time.GetUtcNow())) _files.Save(lease);
            return found;
        }
    }

    internal void End(Lease lease)
    {
        try
        {
            Collecting(removed =>
            {
                if (!_leases.Contains(lease)) return;
                Forget(lease);
                Collect(lease.Roots.Blobs, lease.Roots.Layers, removed, lease.KeepsDownloads);
            });
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // The lease has ended, and why its work failed is worth more to whoever ends it. The next start collects the rest.
        }
    }

    /// <summary>Under the lock, and what was moved away is deleted after it, also when the collection breaks off: on a full disk that
    /// is the very room that is missing.</summary>
    private void Collecting(Action<Removals> collect, Removals? removed = null)
    {
        removed ??= new Removals();
        try
        {
            lock (_gate) collect(removed);
        }
        finally
        {
            removed.FreeBlobs();
        }
    }

    private void Renew(DateTimeOffset now)
    {
        lock (_gate)
            foreach (Lease lease in _leases.Where(lease => lease.IsToBeSaved(now)))
            {
                try
                {
                    _files.Save(lease);
                }
                catch (Exception e) when (Expected.OfSystem(e))
                {
                    // It is tried again with the next thing pinned, and the next time.
                }
            }
    }

    private void EndLeft(Predicate<Lease> which)
    {
        List<Lease> ended;
        lock (_gate) ended = _leases.FindAll(lease => lease.Expires is not null && which(lease));
        foreach (Lease lease in ended) End(lease);
    }

    /// <summary>Its promise ends before what was promised goes.</summary>
    private void Forget(Lease lease)
    {
        _leases.Remove(lease);
        if (lease.Path is not null) LeaseFiles.TryDelete(lease.Path);
    }

    private Lease Left(string path, LeaseRecord record)
    {
        Lease lease = new(this, record.Owner, record.Purpose)
        {
            Path = path, Expires = record.Expires, KeepsDownloads = record.KeepsDownloads,
        };
        lease.Roots.Blobs.UnionWith(record.Blobs);
        lease.Roots.Layers.UnionWith(record.Layers);
        lease.Roots.Snapshots.UnionWith(record.Snapshots);
        return lease;
    }

    private RootSet NeededNow()
    {
        RootSet needed = new();
        if (!_started || _files.IsAnyUnreadable) needed.HoldEverything();
        Written.AddTo(needed);
        foreach (Lease lease in _leases) needed.Add(lease.Roots);
        foreach (IRootOwner owner in _owners) owner.AddRoots(needed);
        return needed;
    }

    private void CollectAll(Removals removed, bool keepDownloads) =>
        Collect(_content.All.ToList(), AllLayers(), removed, keepDownloads);

    /// <summary>Under the lock.</summary>
    private void Collect(IEnumerable<string> blobs, IEnumerable<string> layers, Removals removed, bool keepDownloads)
    {
        RootSet needed = NeededNow();
        if (!needed.AllBlobs)
            foreach (string digest in blobs)
                if (!needed.Blobs.Contains(digest)) RemoveBlob(digest, removed, keepDownloads);
        if (!needed.AllLayers) RemoveLayers([.. layers.Where(chain => !needed.Layers.Contains(chain))], removed);
    }

    private void RemoveBlob(string digest, Removals removed, bool keepDownloads)
    {
        // Small ones are fetched again as quickly as they are looked for.
        bool kept = keepDownloads && _content.Contains(digest) && _content.Size(digest) >= WorthKeeping && TrySetAside(digest);
        if (!kept) removed.Add(_content.Discard(digest));
    }

    /// <returns>False when there is no room for its name: then the space is worth more than the download.</returns>
    private bool TrySetAside(string digest)
    {
        try
        {
            _content.SetAside(digest);
            return true;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return false;
        }
    }

    /// <summary>From the top down, as only a layer with nothing above it goes; containers keep theirs.</summary>
    private void RemoveLayers(List<string> candidates, Removals removed)
    {
        for (bool progress = true; progress && candidates.Count > 0;)
        {
            progress = false;
            for (int i = candidates.Count - 1; i >= 0; i--)
            {
                if (_snapshotter.RemoveLayer(candidates[i]) is not { } tree) continue;
                removed.Add(candidates[i], tree);
                candidates.RemoveAt(i);
                progress = true;
            }
        }
    }

    /// <summary>The last writable layer on it is gone; its image may have been removed before. As with the writable layer, nobody waits
    /// for the space: the trees are deleted behind everybody's back.</summary>
    private void CollectChain(string top)
    {
        try
        {
            List<string> chain = [];
            for (string? at = top; at is not null; at = _snapshotter.Layer(at)?.Parent) chain.Add(at);
            Collecting(removed => Collect([], chain, removed, keepDownloads: false));
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // Nobody waits for it, and the next start, or whoever prunes, tries again.
        }
    }

    private List<string> AllLayers() => [.. _snapshotter.Layers.Select(layer => layer.ChainId)];
}
