using Gantry.Linux;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Images of which a record or a part is damaged or gone: what they may have named stays,
/// until they are whole again or given up.</summary>
public sealed partial class ImageStore
{
    /// <summary>A manifest is small; what is larger is not read to look for one.</summary>
    private const long LargestManifest = 1 << 20;

    private readonly Dictionary<string, BrokenImage> _broken = new(StringComparer.Ordinal);
    /// <summary>Records that are none of an image: what they named cannot be told.</summary>
    private readonly List<string> _nameless = [];
    /// <summary>Why the file of names had to be made anew; null when it was as it should be.</summary>
    private string? _lostNames;
    /// <summary>A record of another storage driver's list cannot be read, so nobody knows which blobs it needs.</summary>
    private string? _lostForeign;

    /// <param name="Record">Null when it is lost.</param>
    /// <param name="Blobs">Null when they cannot be told: then no blob is removed.</param>
    /// <param name="Chains">Null when they cannot be told: then no layer is removed.</param>
    private sealed record BrokenImage(string Id, string Reason, ImageRecord? Record, IReadOnlyList<string>? Blobs,
        IReadOnlyList<string>? Chains);

    /// <summary>What is damaged here, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages()
    {
        lock (_lock)
        {
            List<Damage> damages = [.. _broken.Values.SelectMany(DamagesOf)];
            damages.AddRange(_nameless.Select(path => new Damage("record", Path.GetFileName(path),
                $"is no record of an image ({path}); no layer and no content is removed while it is there",
                "remove it by hand when it is of no use")));
            if (_isIndexLost)
                damages.Add(new Damage("records", "of images",
                    $"were gone ({_records}); no layer and no content is removed meanwhile, and names are to be given anew",
                    "the images are put together from their content, and what none of them needs is removed", ForgetLostIndex));
            if (_lostNames is { } names)
                damages.Add(new Damage("names", "of images", $"were damaged: {names}; they were made anew from the images' records",
                    "what was set aside is removed", ForgetLostNames));
            if (_lostForeign is { } foreign)
                damages.Add(new Damage("record", "of another storage driver", $"cannot be read, so no content is removed: {foreign}",
                    $"start the daemon with that storage driver, and repair there"));
            return damages;
        }
    }

    private IEnumerable<Damage> DamagesOf(BrokenImage image)
    {
        if (IsNothing(image))
            return _tags.Of(image.Id)
                .Select(lost => new Damage("name", lost.Familiar,
                $"points at {image.Id}, which is not here; no layer is removed meanwhile", $"removed: pull or load {lost.Familiar} again",
                () => Unname(lost)));
        string name = _tags.Of(image.Id).FirstOrDefault()?.Familiar ?? Short(image.Id[Digest.Prefix.Length..]);
        return [new Damage("image", name, $"cannot be used: {image.Reason}; nothing of it was removed",
            $"put together again from what is there; where that does not do, pull or load it again, or give it up with rmi {name}",
            () => PutTogether(image.Id))];
    }

    /// <summary>A name is all that is left: it points nowhere.</summary>
    private bool IsNothing(BrokenImage image) =>
        image is { Record: null, Blobs: null, Chains: null } && JsonFile.SetAsideOf(RecordPath(image.Id)).Count == 0
            && !_content.IsQuarantined(image.Id);

    /// <summary>Remembers an image as broken, with all that it needs as far as that can be told.</summary>
    /// <param name="manifest">Its digest, where that is known without the record.</param>
    private void Break(string id, string reason, ImageRecord? record, string? manifest = null)
    {
        IReadOnlyList<string>? chains = TryRead(id, ImageDocuments.ReadConfig) is { } config
            ? Digest.ChainIds(config.RootFs?.DiffIds ?? []) : null;
        List<string>? blobs = null;
        if ((record?.Manifest.Digest ?? manifest ?? ManifestOf(id)) is { } digest
            && TryRead(digest, ImageDocuments.ReadManifest) is { } document)
            blobs = [id, digest, .. (document.Layers ?? []).Select(layer => layer.Digest)];
        _broken[id] = new BrokenImage(id, reason, record, blobs, chains);
    }

    /// <summary>Null for one that is gone or damaged; a damaged one goes out of the way, so that it can come again.</summary>
    private T? TryRead<T>(string digest, Func<byte[], string, T> read) where T : class
    {
        try
        {
            return read(ReadOrQuarantine(digest), digest);
        }
        catch (GantryException)
        {
            return null;
        }
    }

    private byte[] ReadOrQuarantine(string digest)
    {
        try
        {
            return _content.ReadVerified(digest, MaxDocumentSize);
        }
        // What the disk does not give at the moment may be whole.
        catch (GantryException e) when (e.Kind == ErrorKind.InvalidArgument || !_content.Contains(digest))
        {
            if (JsonFile.IsThere(_content.PathOf(digest))) TryQuarantine(digest);
            throw;
        }
    }

    /// <summary>A disk that refuses does not keep the daemon from starting: the image is broken all the same.</summary>
    private void TryQuarantine(string digest)
    {
        try
        {
            _content.Quarantine(digest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KernelException)
        {
            // It stays where it is, and a check finds it again.
        }
    }

    /// <summary>The manifest in the content store that names this configuration; null when there is none.</summary>
    private string? ManifestOf(string id) => Manifests().FirstOrDefault(one => one.ConfigId == id).Digest;

    /// <summary>Whatever in the content store is a manifest, each with the configuration that it names.</summary>
    private IEnumerable<(string Digest, string ConfigId)> Manifests() =>
        _content.All.Where(digest => _content.Size(digest) <= LargestManifest)
            .Select(digest => (Digest: digest, ConfigId: ConfigIdOf(digest))).Where(one => one.ConfigId is not null)!;

    private string? ConfigIdOf(string digest)
    {
        try
        {
            byte[] content = _content.Read(digest, (int)LargestManifest);
            return content.Length > 0 && content[0] == '{' ? ImageDocuments.ReadManifest(content, digest).Config?.Digest : null;
        }
        catch (GantryException)
        {
            // Something else, or damaged itself.
            return null;
        }
    }

    /// <summary>Names that point at nothing: an image is removed together with its record, so that record was lost.</summary>
    private void BreakUnrecorded()
    {
        foreach (string id in _tags.All.Select(pair => pair.ImageId).Distinct().ToList())
            if (Digest.IsValid(id) && !_images.ContainsKey(id) && !_broken.ContainsKey(id) && !_unsynced.Contains(id))
                Break(id, $"its record {RecordPath(id)} is gone", null);
    }

    /// <summary>For a check that repairs: everything is read and compared before the image counts as whole.</summary>
    /// <exception cref="GantryException">What is missing or damaged.</exception>
    private void PutTogether(string id)
    {
        lock (_lock)
        {
            if (!_broken.TryGetValue(id, out BrokenImage? broken)) return;
            string manifest = broken.Record?.Manifest.Digest ?? ManifestOf(id)
                ?? throw GantryException.NotFound($"no manifest in the store names {id}");
            Manifest document = ImageDocuments.ReadManifest(_content.ReadVerified(manifest, MaxDocumentSize), manifest);
            Descriptor descriptor = broken.Record?.Manifest
                ?? new Descriptor { MediaType = document.MediaType ?? MediaTypes.Manifest, Digest = manifest,
                Size = _content.Size(manifest) };
            Image image =
                Describe(new ImageRecord { Id = id, Manifest = descriptor, LastTagged = broken.Record?.LastTagged, UnsyncedSince = Boot });
            Save(image);
            Heal(id);
        }
        SettleSoon();
    }

    /// <summary>Archives of the layers that a broken image needs, bottom first, by chain ID; empty when they cannot be told.</summary>
    internal IReadOnlyList<(string ChainId, string? Parent, string DiffId, string Blob)> ArchivesOfBroken()
    {
        lock (_lock)
        {
            List<(string, string?, string, string)> archives = [];
            foreach (BrokenImage broken in _broken.Values)
            {
                if (broken.Blobs is not { } blobs || broken.Chains is not { } chains || blobs.Count != chains.Count + 2) continue;
                IReadOnlyList<string> diffIds = TryRead(broken.Id, ImageDocuments.ReadConfig)?.RootFs?.DiffIds ?? [];
                for (int i = 0; i < diffIds.Count; i++) archives.Add((chains[i], i > 0 ? chains[i - 1] : null, diffIds[i], blobs[i + 2]));
            }
            return archives;
        }
    }

    /// <summary>Whether something is damaged of which nobody can tell which layers it needs.</summary>
    internal bool HoldsLayers { get { lock (_lock)
        return _isIndexLost || _nameless.Count > 0 || _broken.Values.Any(image => image.Chains is null); } }

    /// <summary>The image is here, whole: what was kept of its damage is of no use any more.</summary>
    private void Heal(string id)
    {
        if (!_broken.Remove(id)) return;
        foreach (string aside in JsonFile.SetAsideOf(RecordPath(id))) JsonFile.Forget(aside);
        if (_broken.Count == 0) _content.RemoveQuarantined();
    }

    /// <summary><c>rmi</c> of an image that is damaged: its name goes, and with the last one the rest of it.</summary>
    /// <returns>False when there is no such one.</returns>
    private bool TryGiveUp(string reference, List<ImageRemoval> done)
    {
        if (FindBroken(reference, out Reference? name) is not { } broken) return false;
        List<Reference> names = name is not null ? [name] : [.. _tags.Of(broken.Id)];
        foreach (Reference one in names)
        {
            _tags.Unset(one);
            done.Add(new ImageRemoval(one.Familiar, null));
        }
        SaveNames();
        if (_tags.Of(broken.Id).Any()) return true;
        string record = RecordPath(broken.Id);
        JsonFile.Delete(record);
        Heal(broken.Id);
        done.Add(new ImageRemoval(null, broken.Id));
        foreach (string chain in Collect(broken.Blobs ?? [broken.Id], broken.Chains ?? [])) done.Add(new ImageRemoval(null, chain));
        return true;
    }

    private BrokenImage? FindBroken(string text, out Reference? name)
    {
        name = null;
        string hex = text.StartsWith(Digest.Prefix, StringComparison.Ordinal) ? text[Digest.Prefix.Length..] : text;
        if (_broken.Count == 0) return null;
        if (Digest.IsHex(hex) && hex.Length >= 12
            && _broken.Values.Where(one => one.Id.AsSpan(Digest.Prefix.Length).StartsWith(hex)).ToList() is [var only]) return only;
        if (!Reference.TryParse(text, out Reference? parsed) || _tags.Find(parsed!) is not { } id
            || !_broken.TryGetValue(id, out BrokenImage? named)) return null;
        name = parsed!.WithDefaultTag();
        return named;
    }

    private void ForgetLostNames()
    {
        foreach (string aside in JsonFile.SetAsideOf(_tags.Path)) JsonFile.Forget(aside);
        _lostNames = null;
    }
}
