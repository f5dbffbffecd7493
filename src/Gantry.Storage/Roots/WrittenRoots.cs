using Gantry.Linux.Trees;

namespace Gantry.Storage.Roots;

/// <summary>Roots that owners have written down: <c>roots/&lt;owner&gt;/&lt;name&gt;.json</c>. What they name is kept,
/// whether this program knows the owner or not.</summary>
/// <remarks>For owners whose things an older version must keep as well. This version has none: the builder's cache registers anew at each
/// start. What a later version wrote is kept. A record that cannot be read may have named anything: while there is one, nothing at all is
/// collected. It stays where it is, for somebody to mend, or for the version of Gantry that wrote it.</remarks>
public sealed class WrittenRoots
{
    private const string Suffix = ".json";

    private readonly string _directory;
    private readonly Lock _gate;
    private readonly Dictionary<(string Owner, string Name), RootRecord> _records = [];
    private readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);

    /// <param name="gate">Held by whoever collects.</param>
    internal WrittenRoots(string directory, Lock gate)
    {
        (_directory, _gate) = (directory, gate);
        OwnDirectory.Make(directory, OwnDirectory.OwnerOnly);
        // What was in the place of the directory may have been it, or it lies somewhere else.
        foreach (string aside in JsonFile.SetAsideOf(directory)) _unreadable[aside] = $"{aside} was in the place of all roots";
        foreach (string path in OwnDirectory.All(directory))
        {
            if (Directory.Exists(path)) ReadOwner(path);
            else _unreadable[path] = $"{path} is no directory of an owner";
        }
    }

    /// <summary>All that is written.</summary>
    public IReadOnlyList<RootRecord> All { get { lock (_gate) return [.. _records.Values]; } }

    /// <summary>Writes a root, or replaces it; from then on what it names stays, also over a power loss.
    /// To be called before looking whether it is there, and after it was synced.</summary>
    public void Set(RootRecord record)
    {
        if (!IsName(record.Owner) || !IsName(record.Name))
            throw GantryException.Invalid($"\"{record.Owner}/{record.Name}\" cannot name a root");
        lock (_gate)
        {
            string path = PathOf(record.Owner, record.Name);
            OwnDirectory.Make(Path.GetDirectoryName(path)!, OwnDirectory.OwnerOnly);
            JsonFile.Save(path, record, RootJson.Default.RootRecord);
            _records[(record.Owner, record.Name)] = record;
            _unreadable.Remove(path);
        }
    }

    /// <summary>What it named is anybody's to collect from now on. Unknown ones are ignored.</summary>
    public void Remove(string owner, string name)
    {
        lock (_gate)
        {
            if (!_records.ContainsKey((owner, name))) return;
            JsonFile.Delete(PathOf(owner, name));
            _records.Remove((owner, name));
        }
    }

    /// <summary>Under the gate.</summary>
    internal void AddTo(RootSet needed)
    {
        if (_unreadable.Count > 0) needed.HoldEverything();
        foreach (RootRecord record in _records.Values)
        {
            needed.Blobs.UnionWith(record.Blobs);
            needed.Layers.UnionWith(record.Layers);
            needed.Snapshots.UnionWith(record.Snapshots);
        }
    }

    /// <summary>Under the gate.</summary>
    internal IEnumerable<Damage> Damages() => _unreadable.Select(one => new Damage("root", Path.GetRelativePath(_directory, one.Key),
        $"cannot be used: {one.Value}; nothing is collected meanwhile",
        "taken back once it can be read: mend it, or remove it by hand when its owner is of no use", () => ReadAgain(one.Key)));

    private void ReadOwner(string path)
    {
        AtomicFile.Sweep(path);
        // What was not renamed yet was promised to nobody.
        foreach (string file in OwnDirectory.All(path).Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal))) Read(file);
    }

    private void Read(string path)
    {
        string file = Path.GetFileName(path), owner = Path.GetFileName(Path.GetDirectoryName(path)!);
        try
        {
            if (!file.EndsWith(Suffix, StringComparison.Ordinal)) throw new DamagedFileException(path, "is no record of a root");
            string name = file[..^Suffix.Length];
            if (RootRecords.ReadRoot(path, owner, name) is { } record) _records[(owner, name)] = record;
            _unreadable.Remove(path);
        }
        catch (DamagedFileException e)
        {
            _unreadable[path] = e.Message;
        }
    }

    /// <exception cref="GantryException">Unavailable: it still cannot be read.</exception>
    private void ReadAgain(string path)
    {
        lock (_gate)
        {
            if (!JsonFile.IsThere(path)) _unreadable.Remove(path);
            else if (Path.GetDirectoryName(Path.GetDirectoryName(path)) == _directory) Read(path);
            else if (Directory.Exists(path) && Path.GetDirectoryName(path) == _directory)
            {
                _unreadable.Remove(path);
                ReadOwner(path);
            }
            if (_unreadable.TryGetValue(path, out string? reason)) throw GantryException.Unavailable(reason);
        }
    }

    private string PathOf(string owner, string name) => Path.Combine(_directory, owner, name + Suffix);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            && char.IsAsciiLetterOrDigit(name[0]);
}
