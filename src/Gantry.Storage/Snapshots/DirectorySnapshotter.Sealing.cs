using Gantry.Linux;
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
        List<byte[]> leftOut = [];
        try
        {
            if (Read(key, top, made, temporary, leftOut.Add) is not { } layer) return null;
            done = true;
            return temporary is null
                ? new SealedLayer(layer.Record, layer.ArchiveSize, record => TurnIntoLayer(key, record, leftOut), () => { })
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
        new TreeComparison(trees, leftOut.ToHashSet(), directoryTimes: true, change => LayerSeal.Write(archive, change))
        {
            ReadsAhead = true,
        }.Run();
    }

    private (LayerRecord Record, long ArchiveSize)? Read(string key, string? top, IReadOnlySet<string> made, string? temporary,
        Action<byte[]> leftOut)
    {
        if (temporary is not null) Directory.CreateDirectory(Path.Combine(Root, temporary), OwnDirectory.OwnerOnly);
        using DirectoryHandle? root = temporary is null ? null : DirectoryHandle.Open(BeginUnpack(temporary, null));
        using LayerCopy? copy = root is null ? null : new LayerCopy(root);
        using ComparedTrees trees = OpenForComparison(Path.Combine(Root, key), Chain(top));
        return new LayerSeal(made, copy).Read(top,
            visitor => new TreeComparison(trees, made, directoryTimes: true, visitor) { LeftOut = leftOut, ReadsAhead = true }.Run());
    }

    /// <summary>Killed before the record is there, it is a writable layer still; after that it is the layer, wherever it lies.</summary>
    /// <param name="leftOut">What its archive has not got must not be there for those who stand on it either.</param>
    private void TurnIntoLayer(string key, LayerRecord record, IReadOnlyList<byte[]> leftOut)
    {
        string path = Path.Combine(Root, key);
        RemoveLeftOut(TreeOf(record with { CacheId = key }), leftOut);
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
        // Last, for a writable layer is not whole without it.
        if (Scaffold is { } part) TreeRemoval.Remove(Path.Combine(Root, record.CacheId, part));
    }

    /// <summary>The directories that they lay in keep their times, of which the archive tells.</summary>
    private static void RemoveLeftOut(string tree, IReadOnlyList<byte[]> leftOut)
    {
        if (leftOut.Count == 0) return;
        using DirectoryHandle root = DirectoryHandle.Open(tree);
        foreach (byte[] path in leftOut)
        {
            if (root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent) != 0) continue;
            using (parent)
            {
                TreeCopy.Check(parent!.TryStatus([], out FileStatus before), "read status of", PathBytes.Show(path));
                ReadOnlySpan<byte> name = LayerPath.Base(path);
                int errno = parent.TryRemoveFile(name);
                if (errno == Errno.EISDIR) errno = parent.TryRemoveDirectory(name);
                // One of the image's that holds marks, which say nothing: it is as it was but for its time.
                if (errno != Errno.ENOTEMPTY) TreeCopy.Check(errno, "remove mount point", PathBytes.Show(path));
                TreeCopy.Check(parent.TrySetTime([], before.Modified), "set time of", PathBytes.Show(path));
            }
        }
    }
}
