using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Snapshots;

/// <summary>A writable layer on its way to being a layer: its archive is made for its digest alone, and kept by nobody.</summary>
/// <param name="made">What the archive leaves out.</param>
/// <param name="copy">Where the same is made; null where the writable layer itself is to be the layer.</param>
internal sealed class LayerSeal(IReadOnlySet<string> made, LayerCopy? copy) : ITarObserver
{
    private long _size;

    /// <param name="compare">Reports what is in the writable layer.</param>
    /// <exception cref="GantryException">Invalid: as <see cref="Write"/>.</exception>
    /// <returns>The layer's record but for its chain, and the length of its archive; null when there is nothing in it.</returns>
    public (LayerRecord Record, long ArchiveSize)? Read(string? parent, Action<Action<TreeChange>> compare)
    {
        using DigestStream digest = new();
        TreeArchive archive;
        using (TarWriter tar = new(digest) { Observer = this })
        {
            archive = new TreeArchive(tar);
            compare(change => Write(archive, change));
        }
        copy?.Complete();
        if (archive.Count == 0) return null;
        LayerRecord record = new()
        {
            ChainId = "", DiffId = digest.Finish(), Parent = parent, Size = _size, CacheId = Guid.NewGuid().ToString("N")[..16],
            LeftOut = copy is null ? [.. made.Order(StringComparer.Ordinal)] : [],
        };
        return (record, digest.Written);
    }

    /// <summary>One difference as a member of a layer's archive.</summary>
    /// <exception cref="GantryException">Invalid: a file has a name that in an archive would remove another.</exception>
    public static void Write(TreeArchive archive, in TreeChange change)
    {
        if (change.Kind == ChangeKind.Deleted) archive.AddWhiteout(change.Path);
        else if (Whiteouts.IsMark(change.Name))
            throw GantryException.Invalid($"/{PathBytes.Show(change.Path)} cannot be in a layer, for its name would remove "
                + $"\"{PathBytes.Show(Whiteouts.Removed(change.Name))}\" there: give it one that does not begin with .wh.");
        else archive.Add(change.Parent, change.Name, change.Path, change.Status, change.Content);
    }

    public void Begin(TarEntry entry)
    {
        if (entry.Type == TarEntryType.Regular) _size += entry.Size;
        copy?.Begin(entry);
    }

    public void Content(ReadOnlySpan<byte> piece) => copy?.Content(piece);

    public void End() => copy?.End();
}

/// <summary>What is made of a writable layer; committed or disposed.</summary>
internal sealed class SealedLayer(LayerRecord record, long archiveSize, Action<LayerRecord> commit, Action discard) : ISealedLayer
{
    private bool _done;

    public string DiffId => record.DiffId;

    public long ArchiveSize => archiveSize;

    public void Commit(string chainId)
    {
        commit(record with { ChainId = chainId });
        _done = true;
    }

    public void Dispose()
    {
        if (!_done) discard();
        _done = true;
    }
}
