using Gantry.Linux.Processes;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>Images of which a record or a part is damaged or gone: what they may have named stays,
/// until they are whole again or given up.</summary>
/// <remarks>Guarded by the table's lock.</remarks>
internal sealed class BrokenImages(ImageTable table, ImageRecords records, ContentStore content, ContentManifests manifests,
    LostIndex index)
{
    private readonly Dictionary<string, BrokenImage> _broken = new(StringComparer.Ordinal);

    /// <summary>Records that are none of an image: what they named cannot be told.</summary>
    public List<string> Nameless { get; } = [];

    public IReadOnlyCollection<BrokenImage> All => _broken.Values;

    /// <summary>Whether something is damaged of which nobody can tell which layers it needs.</summary>
    public bool HoldsLayers
    {
        get
        {
            lock (table.Gate) return index.IsLost || Nameless.Count > 0 || _broken.Values.Any(image => image.Chains is null);
        }
    }

    public bool Contains(string id) { lock (table.Gate) return _broken.ContainsKey(id); }

    public void AddTo(RootSet needed)
    {
        foreach (BrokenImage broken in _broken.Values)
        {
            needed.Blobs.UnionWith(broken.Blobs ?? []);
            needed.Blobs.UnionWith(broken.Indexed);
            needed.Layers.UnionWith(broken.Chains ?? []);
        }
        needed.AllBlobs |= index.IsLost || Nameless.Count > 0 || _broken.Values.Any(broken => broken.Blobs is null);
        needed.AllLayers |= HoldsLayers;
    }

    /// <summary>Remembers an image as broken, with all that it needs as far as that can be told.</summary>
    /// <param name="manifest">Its digest, where that is known without the record.</param>
    public void Break(string id, string reason, ImageRecord? record, string? manifest = null)
    {
        IReadOnlyList<string>? chains = manifests.TryRead(id, ImageDocuments.ReadConfig) is { } config
            ? Digest.ChainIds(config.RootFs?.DiffIds ?? []) : null;
        List<string>? blobs = null;
        if ((record?.Manifest.Digest ?? manifest ?? manifests.Of(id)) is { } digest
            && manifests.TryRead(digest, ImageDocuments.ReadManifest) is { } document)
            blobs = [id, digest, .. (document.Layers ?? []).Select(layer => layer.Digest)];
        _broken[id] = new BrokenImage(id, reason, record, blobs, chains) { Indexed = IndexedBy(record?.Index) };
    }

    private IReadOnlyList<string> IndexedBy(Descriptor? index) => index is not null
        && manifests.TryRead(index.Digest, (_, _) => ImageIndex.Read(content, index)) is { } read ? [.. read.Blobs] : [];

    /// <summary>The image is here, whole: what was kept of its damage is of no use any more.</summary>
    public void Heal(string id)
    {
        lock (table.Gate)
        {
            if (!_broken.Remove(id)) return;
            foreach (string aside in JsonFile.SetAsideOf(records.PathOf(id))) JsonFile.Forget(aside);
            if (_broken.Count == 0) content.RemoveQuarantined();
        }
    }

    /// <summary>A name is all that is left: it points nowhere.</summary>
    public bool IsNothing(BrokenImage image) =>
        image is { Record: null, Blobs: null, Chains: null } && JsonFile.SetAsideOf(records.PathOf(image.Id)).Count == 0
            && !content.IsQuarantined(image.Id);

    /// <summary>A name that points at nothing.</summary>
    public void Unname(Reference name)
    {
        lock (table.Gate)
        {
            string? id = table.Tags.Find(name);
            table.ChangeNames($"untag {name.Familiar}", tags => tags.Unset(name));
            if (id is not null && !table.Tags.Of(id).Any() && _broken.TryGetValue(id, out BrokenImage? broken) && IsNothing(broken))
                _broken.Remove(id);
        }
    }

    /// <summary>For a check that repairs: everything is read and compared before the image counts as whole.</summary>
    /// <exception cref="GantryException">What is missing or damaged.</exception>
    public void PutTogether(string id)
    {
        lock (table.Gate)
        {
            if (!_broken.TryGetValue(id, out BrokenImage? broken)) return;
            string manifest = broken.Record?.Manifest.Digest ?? manifests.Of(id)
                ?? throw GantryException.NotFound($"no manifest in the store names {id}");
            Manifest document = ImageDocuments.ReadManifest(content.ReadVerified(manifest, ImageRecords.MaxDocumentSize), manifest);
            Descriptor descriptor = broken.Record?.Manifest ?? new Descriptor
            {
                MediaType = document.MediaType ?? MediaTypes.Manifest, Digest = manifest, Size = content.Size(manifest),
            };
            table.Save(records.Describe(new ImageRecord
            {
                Id = id, Manifest = descriptor, Index = broken.Record?.Index, LastTagged = broken.Record?.LastTagged,
                UnsyncedSince = HostBoot.Id,
            }));
            Heal(id);
        }
    }

    /// <summary><c>rmi</c> of an image that is damaged: its name goes, and with the last one the rest of it.</summary>
    /// <returns>What it needed; null when there is no such one.</returns>
    public RootSet? TryGiveUp(string reference, List<ImageRemoval> done)
    {
        if (Find(reference, out Reference? name) is not { } broken) return null;
        RootSet unneeded = new();
        List<Reference> names = name is not null ? [name] : [.. table.Tags.Of(broken.Id)];
        if (table.Tags.Of(broken.Id).Except(names).Any())
        {
            table.ChangeNames($"untag {reference}", tags => names.Count(tags.Unset));
            done.AddRange(names.Select(static one => new ImageRemoval(one.Familiar, null)));
            return unneeded;
        }
        foreach (Reference one in names)
        {
            table.Tags.Unset(one);
            done.Add(new ImageRemoval(one.Familiar, null));
        }
        table.SaveNames();
        records.Delete(broken.Id);
        Heal(broken.Id);
        done.Add(new ImageRemoval(null, broken.Id));
        unneeded.Blobs.UnionWith(broken.Blobs ?? [broken.Id]);
        unneeded.Blobs.UnionWith(broken.Indexed);
        unneeded.Layers.UnionWith(broken.Chains ?? []);
        return unneeded;
    }

    /// <summary>Archives of the layers that broken images need, bottom first, by chain ID; empty when they cannot be told.</summary>
    public IReadOnlyList<(string ChainId, string? Parent, string DiffId, string Blob)> Archives()
    {
        lock (table.Gate)
        {
            List<(string, string?, string, string)> archives = [];
            foreach (BrokenImage broken in _broken.Values)
            {
                if (broken.Blobs is not { } blobs || broken.Chains is not { } chains || blobs.Count != chains.Count + 2) continue;
                IReadOnlyList<string> diffIds = manifests.TryRead(broken.Id, ImageDocuments.ReadConfig)?.RootFs?.DiffIds ?? [];
                for (int i = 0; i < diffIds.Count; i++) archives.Add((chains[i], i > 0 ? chains[i - 1] : null, diffIds[i], blobs[i + 2]));
            }
            return archives;
        }
    }

    private BrokenImage? Find(string text, out Reference? name)
    {
        name = null;
        string hex = text.StartsWith(Digest.Prefix, StringComparison.Ordinal) ? text[Digest.Prefix.Length..] : text;
        if (_broken.Count == 0) return null;
        if (Digest.IsHex(hex) && hex.Length >= 12
            && _broken.Values.Where(one => one.Id.AsSpan(Digest.Prefix.Length).StartsWith(hex)).ToList() is [var only]) return only;
        if (!Reference.TryParse(text, out Reference? parsed) || table.Tags.Find(parsed!) is not { } id
            || !_broken.TryGetValue(id, out BrokenImage? named)) return null;
        name = parsed!.WithDefaultTag();
        return named;
    }
}

/// <param name="Record">Null when it is lost.</param>
/// <param name="Blobs">Null when they cannot be told: then no blob is removed.</param>
/// <param name="Chains">Null when they cannot be told: then no layer is removed.</param>
internal sealed record BrokenImage(string Id, string Reason, ImageRecord? Record, IReadOnlyList<string>? Blobs,
    IReadOnlyList<string>? Chains)
{
    /// <summary>Blobs of its index, as far as they can be told.</summary>
    public IReadOnlyList<string> Indexed { get; init; } = [];
}
