using System.Security.Cryptography;
using Gantry.Build.Graph;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>What commands keep between builds: <c>build/mounts/&lt;name&gt;</c>, one directory for each name that was given, with its
/// record beside it.</summary>
/// <remarks>The directory is what counts: one without a record, of an earlier version or after a crash, is listed by what the disk says of
/// it. A record is not synced, and one without a directory is nothing.</remarks>
public sealed class CachePlaces
{
    private const string Suffix = ".json", Unfinished = ".new", Removed = ".removed", NoTitle = "cached mount";

    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly KeyedGate _locked = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PlaceRecord> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _users = [];
    private readonly Dictionary<string, (PlaceRecord Of, long Size)> _measured = [];

    /// <summary>Reads what is kept, and removes what a crash has left half made or half removed.</summary>
    public CachePlaces(string directory, TimeProvider? time = null)
    {
        (_directory, _time) = (directory, time ?? TimeProvider.System);
        OwnDirectory.Make(directory, OwnDirectory.OwnerOnly);
        AtomicFile.Sweep(directory);
        foreach (string path in OwnDirectory.Directories(directory, followLinks: false))
        {
            string name = Path.GetFileName(path);
            if (name.EndsWith(Unfinished, StringComparison.Ordinal) || name.EndsWith(Removed, StringComparison.Ordinal)) TryRemove(path);
            else _places.Add(name, Read(name) ?? new PlaceRecord { Title = NoTitle, Created = File.GetLastWriteTimeUtc(path) });
        }
        foreach (string path in OwnDirectory.Files(directory, Suffix))
            if (!_places.ContainsKey(Path.GetFileNameWithoutExtension(path))) File.Delete(path);
    }

    /// <summary>Those that are not in use are measured once after each use.</summary>
    public IReadOnlyList<KeptPlace> All
    {
        get
        {
            List<(string Name, PlaceRecord Record, bool InUse)> places;
            lock (_gate) places = [.. _places.Select(place => (place.Key, place.Value, _users.ContainsKey(place.Key)))];
            return
            [
                .. places.Select(place => new KeptPlace(place.Name, place.Record.Title, place.InUse,
                    Measure(place.Name, place.Record, place.InUse), place.Record.Created, place.Record.LastUsed, place.Record.Uses)),
            ];
        }
    }

    /// <returns>False when a command has it, or it is gone already.</returns>
    public bool Remove(string name)
    {
        // A name of its own: another removal, or what is left of one, may be at work beside it.
        string path = PathOf(name), going = $"{path}.{Guid.NewGuid():N}{Removed}";
        lock (_gate)
        {
            if (_users.ContainsKey(name) || !_places.ContainsKey(name)) return false;
            Directory.Move(path, going);
            _places.Remove(name);
            _measured.Remove(name);
            JsonFile.Delete(path + Suffix);
        }
        TryRemove(going);
        return true;
    }

    /// <param name="command">Whose places they are, for people.</param>
    /// <param name="first">What is in those that are made with something in them.</param>
    internal async Task<PlacesInUse> UseAsync(IReadOnlyList<RunPlace> places, IReadOnlyList<string> command,
        CancellationToken cancellation, IFirstFiles? first = null)
    {
        PlacesInUse use = new();
        try
        {
            // In one order for everybody, and each once: two that want each other's would wait for ever.
            IEnumerable<string> locked = places.OfType<CachePlace>().Where(place => place.Sharing == "locked")
                .Select(place => NameOf(place, first)).Distinct().Order(StringComparer.Ordinal);
            foreach (string name in locked) use.Held.Add(await _locked.EnterAsync(name, cancellation));
            foreach (RunPlace place in places.Where(place => place is not (BindPlace or OutputPlace or ClientPlace)))
                use.Mounts.Add(Mount(place, command, use, first, cancellation));
            return use;
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    private WorkloadMount Mount(RunPlace place, IReadOnlyList<string> command, PlacesInUse use, IFirstFiles? first,
        CancellationToken cancellation)
    {
        switch (place)
        {
            case MemoryPlace memory:
                // Programs that are made in it are tried there, such as those of a configure script.
                return new TmpfsMount(memory.Target,
                    memory.Size is { } size ? ["exec", "mode=1777", $"size={size}"] : ["exec", "mode=1777"]);
            case CachePlace cache:
                return new BindMount(Take(cache, command, use, first, cancellation), cache.Target) { ReadOnly = cache.ReadOnly };
            default:
                throw new ArgumentException($"{place.GetType().Name} is no kind of place");
        }
    }

    /// <returns>Its path; it stays until it is given back.</returns>
    private string Take(CachePlace cache, IReadOnlyList<string> command, PlacesInUse use, IFirstFiles? first,
        CancellationToken cancellation)
    {
        string stem = NameOf(cache, first);
        // What is copied takes its time, and others go on meanwhile; whoever is first has made it.
        string? filled = cache.First is null || (cache.Sharing != "private" && Knows(stem)) ? null
            : Fill(stem, directory => first!.CopyTo(cache, directory, cancellation));
        lock (_gate)
        {
            string name = stem;
            // A private one is the first of that name that nobody has.
            for (int number = 1; cache.Sharing == "private" && _users.ContainsKey(name = $"{stem}.{number}"); number++) { }
            if (!_places.ContainsKey(name)) Make(name, cache, command, ref filled);
            _users[name] = _users.GetValueOrDefault(name) + 1;
            use.Held.Add(new Taken(this, name));
            if (filled is not null) TryRemove(filled);
            return PathOf(name);
        }
    }

    private bool Knows(string name)
    {
        lock (_gate) return _places.ContainsKey(name);
    }

    /// <summary>Those of one identifier that begin with other files are other ones.</summary>
    private static string NameOf(CachePlace cache, IFirstFiles? first)
    {
        string id = cache.First is null ? cache.Id : $"{cache.Id}\0{first!.DigestOf(cache)}";
        return Convert.ToHexStringLower(SHA256.HashData(ByteText.Bytes(id)))[..32];
    }

    /// <returns>The path of a directory that is gone after a crash.</returns>
    private string Fill(string stem, Action<DirectoryHandle> copy)
    {
        OwnDirectory.Make(_directory, OwnDirectory.OwnerOnly);
        string path = $"{PathOf(stem)}.{Guid.NewGuid():N}{Unfinished}";
        Directory.CreateDirectory(path);
        try
        {
            using DirectoryHandle directory = DirectoryHandle.Open(path);
            copy(directory);
            return path;
        }
        catch
        {
            TryRemove(path);
            throw;
        }
    }

    /// <param name="filled">What it begins with; null afterwards, for it has become the place.</param>
    private void Make(string name, CachePlace cache, IReadOnlyList<string> command, ref string? filled)
    {
        OwnDirectory.Make(_directory, OwnDirectory.OwnerOnly);
        // Under another name until it is as it shall be.
        string path = PathOf(name), unfinished = filled ?? path + Unfinished;
        Directory.CreateDirectory(unfinished);
        if (filled is null || !cache.IsLikeFirst)
        {
            Node.SetOwner(null, unfinished, cache.UserId, cache.GroupId);
            Node.SetMode(null, unfinished, cache.Mode);
        }
        Directory.Move(unfinished, path);
        filled = null;
        string id = cache.Id == cache.Target ? "" : $" with id {GoQuote.Quote(cache.Id)}";
        Keep(name, new PlaceRecord
        {
            Title = $"cached mount {cache.Target} from exec {string.Join(' ', command)}{id}", Created = _time.GetUtcNow(),
        });
    }

    private void GiveBack(string name)
    {
        lock (_gate)
        {
            int users = _users[name] - 1;
            if (users > 0) _users[name] = users;
            else _users.Remove(name);
            Keep(name, _places[name] with { LastUsed = _time.GetUtcNow(), Uses = _places[name].Uses + 1 });
        }
    }

    private void Keep(string name, PlaceRecord record)
    {
        _places[name] = record;
        try
        {
            JsonFile.Save(PathOf(name) + Suffix, record, PlaceJson.Default.PlaceRecord, durable: false);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A full disk: after a restart it is as old as its directory.
        }
    }

    private long Measure(string name, PlaceRecord record, bool inUse)
    {
        lock (_gate)
            if (!inUse && _measured.TryGetValue(name, out (PlaceRecord Of, long Size) known) && ReferenceEquals(known.Of, record))
                return known.Size;
        long size = TreeUsage.Measure(PathOf(name));
        lock (_gate)
            if (!inUse && _places.TryGetValue(name, out PlaceRecord? now) && ReferenceEquals(now, record)) _measured[name] = (record, size);
        return size;
    }

    private PlaceRecord? Read(string name)
    {
        try
        {
            return JsonFile.Load(PathOf(name) + Suffix, PlaceJson.Default.PlaceRecord);
        }
        catch (DamagedFileException)
        {
            return null;
        }
    }

    /// <summary>What would not go keeps nobody from starting, and no removal from being one.</summary>
    private static void TryRemove(string path)
    {
        try
        {
            TreeRemoval.Remove(path);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // The next start tries again.
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private sealed class Taken(CachePlaces places, string name) : IDisposable
    {
        public void Dispose() => places.GiveBack(name);
    }
}
