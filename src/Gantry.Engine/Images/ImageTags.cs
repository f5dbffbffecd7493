using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Which name points at which image: one file, <c>repositories.json</c>, replaced whole.</summary>
/// <remarks>Outer key: repository (<c>docker.io/library/busybox</c>). Inner key: <c>:tag</c> or <c>@sha256:…</c>. Value: image identifier.
/// The store's lock guards it.</remarks>
internal sealed class ImageTags
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _names = new(StringComparer.Ordinal);
    private long _changes;

    public ImageTags(string path)
    {
        Path = path;
        try
        {
            if (JsonFile.Load(path, ImageJson.Default.DictionaryStringDictionaryStringString) is not { } saved) return;
            foreach ((string name, Dictionary<string, string>? tags) in saved)
                _names[name] = new SortedDictionary<string, string>(tags ?? [], StringComparer.Ordinal);
            if (All.Any(pair => !Digest.IsValid(pair.ImageId))) throw new DamagedFileException(path, "has an identifier that is none");
            IsLoaded = true;
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // The images themselves are intact, and their records know their names.
            _names.Clear();
            Damage = $"{e.Message}; set aside as {JsonFile.TrySetAside(path) ?? path}";
        }
    }

    public string Path { get; }

    /// <summary>The file was there, and as it should be.</summary>
    public bool IsLoaded { get; }

    /// <summary>What was wrong with the file; null for nothing.</summary>
    public string? Damage { get; }

    /// <summary>Changes names all at once or not at all.</summary>
    /// <param name="keep">Afterwards, where a name points elsewhere than before. When it throws, or the change does, all is as it was.
    /// </param>
    public T Change<T>(Func<ImageTags, T> change, Action keep, bool always)
    {
        Dictionary<string, Dictionary<string, string>> before = Copy();
        long changes = _changes;
        try
        {
            T result = change(this);
            if (always || _changes != changes) keep();
            return result;
        }
        catch
        {
            _names.Clear();
            foreach ((string name, Dictionary<string, string> tags) in before) _names[name] = new(tags, StringComparer.Ordinal);
            throw;
        }
    }

    public string? Find(Reference reference)
    {
        if (!_names.TryGetValue(reference.Name, out var tags)) return null;
        // Of name:tag@digest the digest decides, as a registry would.
        return tags.GetValueOrDefault(reference.Digest is { } digest ? "@" + digest : ":" + (reference.Tag ?? Reference.DefaultTag));
    }

    /// <returns>The image that had the name before.</returns>
    public string? Set(Reference reference, string imageId)
    {
        if (!_names.TryGetValue(reference.Name, out var tags)) _names[reference.Name] = tags = new(StringComparer.Ordinal);
        string key = Key(reference);
        string? before = tags.GetValueOrDefault(key);
        if (before == imageId) return before;
        tags[key] = imageId;
        _changes++;
        return before;
    }

    public bool Unset(Reference reference)
    {
        if (!_names.TryGetValue(reference.Name, out var tags) || !tags.Remove(Key(reference))) return false;
        if (tags.Count == 0) _names.Remove(reference.Name);
        _changes++;
        return true;
    }

    /// <summary>Names of an image, sorted.</summary>
    public IEnumerable<Reference> Of(string imageId) => All.Where(pair => pair.ImageId == imageId).Select(pair => pair.Reference);

    public IEnumerable<(Reference Reference, string ImageId)> All
    {
        get
        {
            foreach ((string name, var tags) in _names)
            {
                Reference bare = Reference.Parse(name);
                foreach ((string key, string id) in tags)
                    if (key is not { Length: > 1 } || id is null) throw GantryException.Invalid($"{Path}: a name of {name} is damaged");
                    else yield return (key[0] == '@' ? bare with { Digest = key[1..] } : bare with { Tag = key[1..] }, id);
            }
        }
    }

    /// <summary>Does not wait for the disk; the store sees to that.</summary>
    public void Save() => JsonFile.Save(Path, Copy(), ImageJson.Default.DictionaryStringDictionaryStringString, durable: false);

    private Dictionary<string, Dictionary<string, string>> Copy() =>
        _names.ToDictionary(pair => pair.Key, pair => new Dictionary<string, string>(pair.Value));

    public static bool AreSame(Reference one, Reference other) => one.Name == other.Name && Key(one) == Key(other);

    private static string Key(Reference reference) =>
        reference.Digest is { } digest ? "@" + digest : ":" + (reference.Tag ?? Reference.DefaultTag);
}
