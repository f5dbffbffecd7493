using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Storage.Snapshots;

/// <summary>What drivers share that keep one directory per layer and per container.</summary>
/// <remarks>
/// <code>
/// &lt;root&gt;/&lt;cache-id&gt;/layer.json + content     a layer
/// &lt;root&gt;/&lt;key&gt;/snapshot.json + content      a container's writable layer
/// &lt;root&gt;/tmp-…, rm-…                     being made, being removed
/// </code>
/// Both kinds are made under a temporary name and renamed, record included: what has its name is whole.
/// Reference counts are derived at start.
/// </remarks>
public abstract partial class DirectorySnapshotter : ISnapshotter
{
    private const string LayerRecordFile = "layer.json", SnapshotRecordFile = "snapshot.json";

    /// <summary>A file system's own, where the directory is its root.</summary>
    private const string LostAndFound = "lost+found";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LayerRecord> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SnapshotRecord> _snapshots = new(StringComparer.Ordinal);
    /// <summary>How many layers and containers rest on a layer.</summary>
    private readonly Dictionary<string, int> _references = new(StringComparer.Ordinal);
    /// <summary>Measured once: a layer never changes.</summary>
    private readonly ConcurrentDictionary<string, long> _layerSizes = new(StringComparer.Ordinal);
    /// <summary>Directories that were there at the start and whose record is gone or cannot be read, with the reason.</summary>
    private readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);
    private readonly Trash _trash;

    protected DirectorySnapshotter(string root)
    {
        Root = root;
        OwnDirectory.Make(root, OwnDirectory.OwnerOnly);
        _trash = new Trash(root);
        foreach (string path in OwnDirectory.Directories(root))
        {
            OwnDirectory.SetMode(path, OwnDirectory.OwnerOnly);
            Load(path, Path.GetFileName(path));
        }
        foreach (LayerRecord layer in _layers.Values) Reference(layer.Parent, 1);
        foreach (SnapshotRecord snapshot in _snapshots.Values) Reference(snapshot.Top, 1);
    }

    public abstract string Name { get; }
    public abstract bool Independent { get; }

    protected string Root { get; }

    /// <summary>What could not be removed from the disk, in words.</summary>
    public event Action<string>? RemovalFailed
    {
        add => _trash.Failed += value;
        remove => _trash.Failed -= value;
    }

    public event Action<string>? Unreferenced;

    public LayerLimits Limits { get; init; } = new();

    public bool Contains(string chainId) { lock (_lock) return _layers.ContainsKey(chainId); }

    public LayerRecord? Layer(string chainId) { lock (_lock) return _layers.GetValueOrDefault(chainId); }

    public IReadOnlyCollection<LayerRecord> Layers { get { lock (_lock) return [.. _layers.Values]; } }

    public IReadOnlyCollection<string> Keys { get { lock (_lock) return [.. _snapshots.Keys]; } }

    public ILayerUnpack Unpack(string? parent)
    {
        LayerRecord? below = parent is null || Independent ? null : Layer(parent) ?? throw Missing(parent);
        string temporary = Trash.NewName(Trash.Temporary);
        Directory.CreateDirectory(Path.Combine(Root, temporary), OwnDirectory.OwnerOnly);
        return new LayerUnpack(this, temporary, parent, below);
    }

    public void Sync() => FileSystemSync.Run(Root);

    public RemovedTree? RemoveLayer(string chainId)
    {
        lock (_lock)
        {
            // A directory whose record cannot be read may rest on any layer.
            if (_unreadable.Count > 0) return null;
            if (!_layers.TryGetValue(chainId, out LayerRecord? layer) || _references.GetValueOrDefault(chainId) > 0) return null;
            RemovedTree? removed = _trash.Discard(layer.CacheId);
            _layers.Remove(chainId);
            Reference(layer.Parent, -1);
            return removed ?? Trash.Nothing;
        }
    }

    public void Prepare(string key, IReadOnlyList<string> chainIds)
    {
        if (!IsKey(key)) throw GantryException.Invalid($"\"{key}\" cannot name a snapshot");
        string? top = chainIds.Count > 0 ? chainIds[^1] : null;
        List<LayerRecord> layers;
        SnapshotRecord record = new() { Top = top };
        lock (_lock)
        {
            if (_snapshots.ContainsKey(key)) throw GantryException.Conflict($"snapshot {key} exists already");
            layers = ChainOf(top);
            _snapshots.Add(key, record);
            Reference(top, 1);
        }
        string temporary = Trash.NewName(Trash.Temporary);
        try
        {
            string path = Path.Combine(Root, temporary);
            Directory.CreateDirectory(path, OwnDirectory.OwnerOnly);
            Populate(path, layers);
            // Not durable on purpose: after a power loss the container has no content worth keeping before its first write was synced
            // either. Written in place: the rename of the directory is what makes it visible.
            File.WriteAllBytes(Path.Combine(path, SnapshotRecordFile),
                JsonSerializer.SerializeToUtf8Bytes(record, SnapshotJson.Default.SnapshotRecord));
            _trash.Rename(temporary, key);
        }
        catch
        {
            _trash.Remove(temporary);
            lock (_lock) Forget(key);
            throw;
        }
    }

    public RootMount Mount(string key)
    {
        List<LayerRecord> layers;
        lock (_lock) layers = ChainOf((_snapshots.GetValueOrDefault(key) ?? throw NoSuchKey(key)).Top);
        return Mount(Path.Combine(Root, key), layers);
    }

    public void Compare(string key, IReadOnlySet<string> made, bool directoryTimes, Action<TreeChange> visitor)
    {
        List<LayerRecord> layers;
        lock (_lock) layers = ChainOf((_snapshots.GetValueOrDefault(key) ?? throw NoSuchKey(key)).Top);
        using ComparedTrees trees = OpenForComparison(Path.Combine(Root, key), layers);
        new TreeComparison(trees, made, directoryTimes, visitor).Run();
    }

    public void Remove(string key)
    {
        string? top;
        lock (_lock)
        {
            if (!_snapshots.TryGetValue(key, out SnapshotRecord? record)) return;
            _trash.Discard(key);
            Forget(key);
            top = record.Top is { } chainId && !_references.ContainsKey(chainId) ? chainId : null;
        }
        if (top is not null && Unreferenced is { } listener) ThreadPool.UnsafeQueueUserWorkItem(_ => listener(top), null);
    }

    public DirectoryHandle? OpenLayer(string chainId)
    {
        if (Layer(chainId) is not { } layer || !File.Exists(Path.Combine(Root, layer.CacheId, LayerRecordFile))) return null;
        string path = TreeOf(layer);
        return Directory.Exists(path) ? DirectoryHandle.Open(path) : null;
    }

    public string? WrongWith(string key)
    {
        string path = Path.Combine(Root, key);
        if (!File.Exists(Path.Combine(path, SnapshotRecordFile))) return $"has lost {path}";
        foreach (string part in Parts)
            if (!Directory.Exists(Path.Combine(path, part))) return $"has lost {Path.Combine(path, part)}";
        string? top;
        lock (_lock) top = _snapshots.GetValueOrDefault(key)?.Top;
        for (string? at = top; at is not null;)
        {
            if (Layer(at) is not { } layer || !Directory.Exists(TreeOf(layer))) return $"stands on layer {at}, which is not here";
            at = layer.Parent;
        }
        return null;
    }

    public bool StandsOn(string key, string chainId)
    {
        lock (_lock)
        {
            for (string? at = _snapshots.GetValueOrDefault(key)?.Top; at is not null; at = _layers.GetValueOrDefault(at)?.Parent)
                if (at == chainId) return true;
            return false;
        }
    }

    public IReadOnlyList<string> Strays()
    {
        List<string> names = [.. OwnDirectory.Directories(Root).Select(path => Path.GetFileName(path))
            .Where(name => !Trash.IsTrash(name) && !IsOwn(name) && name != LostAndFound)];
        lock (_lock)
        {
            HashSet<string> known = [.. _layers.Values.Select(layer => layer.CacheId), .. _snapshots.Keys];
            return [.. names.Where(name => !known.Contains(name))];
        }
    }

    public IReadOnlyDictionary<string, string> Unreadable { get { lock (_lock) return new Dictionary<string, string>(_unreadable); } }

    public void RemoveStray(string name)
    {
        if (!Strays().Contains(name)) return;
        _trash.Discard(name);
        lock (_lock) _unreadable.Remove(name);
    }

    public bool Adopt(string key, IReadOnlyList<string> chainIds)
    {
        if (!IsKey(key) || !Parts.All(part => Directory.Exists(Path.Combine(Root, key, part)))) return false;
        string? top = chainIds.Count > 0 ? chainIds[^1] : null;
        SnapshotRecord record = new() { Top = top };
        lock (_lock)
        {
            if (!_unreadable.ContainsKey(key)) return false;
            PutRecord(Path.Combine(Root, key, SnapshotRecordFile),
                path => JsonFile.Save(path, record, SnapshotJson.Default.SnapshotRecord, durable: false));
            _unreadable.Remove(key);
            _snapshots[key] = record;
            Reference(top, 1);
        }
        return true;
    }

    public DirectoryHandle? OpenStray(string name)
    {
        string path = TreeOf(new LayerRecord { ChainId = "", DiffId = "", CacheId = name });
        return Unreadable.ContainsKey(name) && Directory.Exists(path) ? DirectoryHandle.Open(path) : null;
    }

    public abstract string? UpperDirectory(string key);

    public abstract long Usage(string key);

    public long DiskUsage(string key) => IsKey(key) ? TreeUsage.OnDisk(Path.Combine(Root, key)) : 0;

    public long LayerDiskUsage(string chainId) =>
        Layer(chainId) is { } layer ? _layerSizes.GetOrAdd(layer.CacheId, name => TreeUsage.OnDisk(Path.Combine(Root, name))) : 0;

    public abstract IReadOnlyDictionary<string, string> Describe(string key);

    public abstract IReadOnlyDictionary<string, string> DescribeImage(IReadOnlyList<string> chainIds);

    public void Dispose()
    {
        _trash.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the content of a writable layer in <paramref name="path"/>.</summary>
    /// <param name="layers">Topmost first.</param>
    protected abstract void Populate(string path, IReadOnlyList<LayerRecord> layers);

    /// <summary>Directories that a writable layer has.</summary>
    private protected abstract IReadOnlyList<string> Parts { get; }

    /// <summary>One of them that is of no use to a layer; null where all are.</summary>
    private protected virtual string? Scaffold => null;

    /// <summary>Where a layer's files are.</summary>
    private protected abstract string TreeOf(LayerRecord layer);

    /// <summary>A directory of the driver's own that is no layer.</summary>
    private protected virtual bool IsOwn(string name) => false;

    protected abstract RootMount Mount(string path, IReadOnlyList<LayerRecord> layers);

    /// <param name="path">Of the writable layer.</param>
    /// <param name="layers">Topmost first.</param>
    private protected abstract ComparedTrees OpenForComparison(string path, IReadOnlyList<LayerRecord> layers);

    /// <summary>Bytes of the files that differ from the image; for drivers that do not keep them apart.</summary>
    private protected long ChangedBytes(string key)
    {
        long bytes = 0;
        HashSet<ulong> seen = [];
        Compare(key, new HashSet<string>(), directoryTimes: false, change =>
        {
            if (change.Kind != ChangeKind.Deleted && change.Status.Kind == FileKind.Regular
                && (change.Status.Links == 1 || seen.Add(change.Status.Inode))) bytes += change.Status.Size;
        });
        return bytes;
    }

    /// <summary>When the writable layer was complete, as a time of change: nothing in it is newer unless the container did it.</summary>
    private protected static FileTime Completed(string path)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        TreeCopy.Check(directory.TryStatus(PathBytes.Of(SnapshotRecordFile), out FileStatus status), "read status of",
            Path.Combine(path, SnapshotRecordFile));
        return status.Changed;
    }

    /// <summary>Makes the directory that a layer is applied to, in <paramref name="path"/>, and returns it.</summary>
    private protected abstract string BeginLayer(string path, LayerRecord? parent);

    private protected abstract IWhiteouts NewWhiteouts();

    /// <summary>The layers from this one down; topmost first.</summary>
    private protected List<LayerRecord> Chain(string? top) { lock (_lock) return ChainOf(top); }

    private protected static GantryException NoSuchKey(string key) => GantryException.NotFound($"no snapshot {key}");

    /// <summary>What <c>/</c> of the image looks like: the topmost layer that says so decides.</summary>
    private protected static RootAttributes RootOf(IEnumerable<LayerRecord> layers) =>
        layers.FirstOrDefault(layer => layer.Root is not null)?.Root ?? new RootAttributes(Octal.O755, 0, 0);

    internal void Discard(string temporary) => _trash.Remove(temporary);

    internal void CommitLayer(string temporary, LayerRecord record)
    {
        JsonFile.Save(Path.Combine(Root, temporary, LayerRecordFile), record, SnapshotJson.Default.LayerRecord, durable: false);
        lock (_lock)
        {
            if (_layers.ContainsKey(record.ChainId))
            {
                _trash.Remove(temporary);
                return;
            }
            if (record.Parent is { } parent && !Independent && !_layers.ContainsKey(parent)) throw Missing(parent);
            _trash.Rename(temporary, record.CacheId);
            _layers.Add(record.ChainId, record);
            Reference(record.Parent, 1);
        }
    }

    /// <summary>Puts a layer in the place of another of the same name; those above and below keep their references.</summary>
    internal void ReplaceLayer(string temporary, LayerRecord record)
    {
        lock (_lock)
        {
            LayerRecord old = _layers.GetValueOrDefault(record.ChainId) ?? throw Missing(record.ChainId);
            // In the same directory: records of mounts may name it.
            record = record with { CacheId = old.CacheId };
            JsonFile.Save(Path.Combine(Root, temporary, LayerRecordFile), record, SnapshotJson.Default.LayerRecord, durable: false);
            _trash.Discard(old.CacheId);
            _trash.Rename(temporary, record.CacheId);
            _layers[record.ChainId] = record;
        }
    }

    /// <summary>Gives a directory that has lost its record the one of the layer that it was found to be:
    /// what is mounted from there goes on.</summary>
    internal void AdoptLayer(string name, LayerRecord record)
    {
        record = record with { CacheId = name };
        lock (_lock)
        {
            if (!_unreadable.ContainsKey(name)) throw GantryException.NotFound($"{Path.Combine(Root, name)} is gone");
            if (_layers.ContainsKey(record.ChainId)) throw GantryException.Conflict($"layer {record.ChainId} is here already");
            PutRecord(Path.Combine(Root, name, LayerRecordFile),
                path => JsonFile.Save(path, record, SnapshotJson.Default.LayerRecord, durable: false));
            _unreadable.Remove(name);
            _layers.Add(record.ChainId, record);
            Reference(record.Parent, 1);
        }
    }

    internal LayerApply NewApply(DirectoryHandle directory) => new(directory, NewWhiteouts(), Limits);

    internal string BeginUnpack(string temporary, LayerRecord? parent) => BeginLayer(Path.Combine(Root, temporary), parent);

    private List<LayerRecord> ChainOf(string? top)
    {
        List<LayerRecord> chain = [];
        for (string? at = top; at is not null; at = chain[^1].Parent) chain.Add(_layers.GetValueOrDefault(at) ?? throw Missing(at));
        return chain;
    }

    private void Load(string path, string name)
    {
        if (Trash.IsTrash(name))
        {
            _trash.Remove(name);
            return;
        }
        if (IsOwn(name) || name == LostAndFound) return;
        try
        {
            if (JsonFile.Load(Path.Combine(path, LayerRecordFile), SnapshotJson.Default.LayerRecord) is { } layer)
                _layers[layer.ChainId] = layer with { CacheId = name };
            else if (JsonFile.Load(Path.Combine(path, SnapshotRecordFile), SnapshotJson.Default.SnapshotRecord) is { } snapshot)
                _snapshots[name] = snapshot;
            else _unreadable[name] = $"{path} has lost its record";
        }
        catch (DamagedFileException e)
        {
            // The directory stays as it is; whoever needs it hears that it is missing, and a check may find out what it is.
            _unreadable[name] = e.Message;
        }
    }

    /// <summary>Under the lock. Whatever is in the record's place goes out of the way first.</summary>
    private static void PutRecord(string path, Action<string> save)
    {
        if (JsonFile.IsThere(path)) JsonFile.SetAside(path);
        save(path);
    }

    private void Forget(string key)
    {
        if (_snapshots.Remove(key, out SnapshotRecord? record)) Reference(record.Top, -1);
    }

    private void Reference(string? chainId, int change)
    {
        if (chainId is null) return;
        int count = _references.GetValueOrDefault(chainId) + change;
        if (count > 0) _references[chainId] = count;
        else _references.Remove(chainId);
    }

    private static bool IsKey(string key) =>
        key.Length is > 0 and <= 128 && !Trash.IsTrash(key) && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static GantryException Missing(string chainId) => GantryException.NotFound($"layer {chainId} is not here");
}
