using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Snapshots;

/// <summary>How a writable layer becomes a layer: by a rename, or by a copy that is made while its digest is.</summary>
public abstract partial class DirectorySnapshotter
{
    private const int BufferSize = 256 << 10;

    /// <summary>Whether a layer's archive can be made anew from its directory.</summary>
    private protected virtual bool Seals => false;

    public ISealedLayer? Seal(string key, IReadOnlySet<string> made, bool keep)
    {
        if (!Seals) throw GantryException.Unsupported($"storage driver {Name} makes no layers of writable ones");
        string? top;
        lock (_lock) top = (_snapshots.GetValueOrDefault(key) ?? throw NoSuchKey(key)).Top;
        string? temporary = keep ? Trash.NewName(Trash.Temporary) : null;
        bool done = false;
        try
        {
            if (Read(key, top, made, temporary) is not { } layer) return null;
            done = true;
            return temporary is null
                ? new SealedLayer(layer.Record, layer.ArchiveSize, record => TurnIntoLayer(key, record), () => { })
                : new SealedLayer(layer.Record, layer.ArchiveSize, record => CommitLayer(temporary, record), () => Discard(temporary));
        }
        finally
        {
            if (!done && temporary is not null) Discard(temporary);
        }
    }

    public void WriteArchive(string chainId, Stream output)
    {
        LayerRecord record = Layer(chainId) ?? throw Missing(chainId);
        if (record.LeftOut is not { } leftOut) throw GantryException.Unsupported($"layer {chainId} is kept with its archive");
        using ComparedTrees trees = OpenForComparison(Path.Combine(Root, record.CacheId), Chain(record.Parent));
        using BufferedStream buffer = new(output, BufferSize);
        using TarWriter tar = new(buffer);
        TreeArchive archive = new(tar);
        new TreeComparison(trees, leftOut.ToHashSet(), directoryTimes: true, change => LayerSeal.Write(archive, change)).Run();
    }

    private (LayerRecord Record, long ArchiveSize)? Read(string key, string? top, IReadOnlySet<string> made, string? temporary)
    {
        if (temporary is not null) Directory.CreateDirectory(Path.Combine(Root, temporary), OwnDirectory.OwnerOnly);
        using DirectoryHandle? root = temporary is null ? null : DirectoryHandle.Open(BeginUnpack(temporary, null));
        using LayerCopy? copy = root is null ? null : new LayerCopy(root);
        return new LayerSeal(made, copy).Read(top, visitor => Compare(key, made, directoryTimes: true, visitor));
    }

    /// <summary>Killed before the record is there, it is a writable layer still; after that it is the layer, wherever it lies.</summary>
    private void TurnIntoLayer(string key, LayerRecord record)
    {
        string path = Path.Combine(Root, key);
        lock (_lock)
        {
            if (!_snapshots.ContainsKey(key)) throw NoSuchKey(key);
            if (_layers.ContainsKey(record.ChainId))
            {
                _trash.Discard(key);
                Forget(key);
                return;
            }
            JsonFile.Save(Path.Combine(path, LayerRecordFile), record with { CacheId = key },
                SnapshotJson.Default.LayerRecord, durable: false);
            Reference(record.Parent, 1);
            Forget(key);
            _layers.Add(record.ChainId, record with { CacheId = key });
            File.Delete(Path.Combine(path, SnapshotRecordFile));
            _trash.Rename(key, record.CacheId);
            _layers[record.ChainId] = record;
        }
    }
}
