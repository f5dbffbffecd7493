using System.Collections.Concurrent;
using Gantry.Engine.Events;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Volumes;

/// <summary>The named and anonymous volumes: <c>&lt;data-root&gt;/volumes/&lt;name&gt;/</c> with the record in <c>volume.json</c>, and
/// in <c>_data</c> what the driver <c>local</c> keeps or mounts; others may have the content elsewhere.</summary>
/// <remarks>
/// <para>Life with a container: <see cref="Create"/> with the container's id (from then on the volume cannot be removed) → at each start
/// <see cref="MountAsync"/> → at each end <see cref="UnmountAsync"/> → when the container is removed <see cref="Release"/>, and for its
/// anonymous ones <see cref="RemoveAsync"/>.</para>
/// <para>References are not stored: after a restart of the daemon call <see cref="Load"/>,
/// then <see cref="Use"/> for every container that has volumes, and those that run being said to have it mounted.
/// Safe for concurrent callers.</para>
/// </remarks>
/// <param name="drivers">Beside <c>local</c>.</param>
public sealed class VolumeStore(string directory, EventBus events, TimeProvider? clock = null,
    IReadOnlyList<IVolumeDriver>? drivers = null)
{
    private const string RecordFile = "volume.json", ContentDirectory = "_data", RemovedPrefix = ".removed-";

    private readonly IVolumeDriver[] _drivers = [new LocalDriver(), .. drivers ?? []];
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly Lock _gate = new();
    /// <summary>Containers of which nobody can tell what volumes they have.</summary>
    private readonly ConcurrentDictionary<string, bool> _held = new();
    /// <summary>By name: what is wrong with the volume's record.</summary>
    private readonly ConcurrentDictionary<string, string> _damages = new();

    private sealed class Entry(Volume volume, Func<Volume, IVolumeDriver> driver)
    {
        public Volume Volume { get; } = volume;
        /// <summary>Containers that have the volume; guarded by the store's gate.</summary>
        public HashSet<string> Users { get; } = [];
        /// <summary>Those of them that run.</summary>
        public OpenVolume Open { get; } = new(volume, driver);
    }

    /// <summary>The kinds of volume that can be made, as <c>info</c> lists them.</summary>
    public IEnumerable<string> Drivers => _drivers.Select(driver => driver.Name);

    /// <summary>Reads what is on disk and finishes interrupted removals. A damaged record costs its labels, never its content.</summary>
    /// <param name="damaged">Told of each record that could not be read, and of what would not go: its path, and why.</param>
    public void Load(Action<string, Exception> damaged)
    {
        if (OwnDirectory.Make(directory, OwnDirectory.OwnerOnly) is { } aside)
            damaged(aside, new IOException($"{directory} was no directory"));
        foreach (string path in OwnDirectory.Directories(directory))
        {
            string name = Path.GetFileName(path);
            try
            {
                OwnDirectory.SetMode(path, OwnDirectory.OwnerOnly);
                if (name.StartsWith(RemovedPrefix, StringComparison.Ordinal)) TreeRemoval.Remove(path);
                else if (LoadOne(name, path, damaged) is Volume volume) _entries[name] = new Entry(volume, DriverOf);
            }
            catch (Exception e) when (Expected.OfSystem(e))
            {
                damaged(path, e);
            }
        }
    }

    private Volume? LoadOne(string name, string path, Action<string, Exception> damaged)
    {
        string content = Path.Combine(path, ContentDirectory), record = Path.Combine(path, RecordFile);
        AtomicFile.Sweep(path);
        if (!Directory.Exists(content))
        {
            // A create that was broken off before it had anything.
            if (!File.Exists(record)) RemoveIfEmpty(path);
            return null;
        }
        Volume? volume = null;
        try
        {
            volume = JsonFile.Load(record, VolumeJson.Default.Volume);
            if (volume is null) _damages[name] = $"{record} is gone";
        }
        catch (DamagedFileException e)
        {
            string aside = JsonFile.TrySetAside(record) ?? record;
            _damages[name] = $"{e.Message}; set aside as {aside}";
            damaged(aside, e);
        }
        volume ??= new Volume { Name = name, CreatedAt = Directory.GetCreationTimeUtc(content) };
        return volume with { Name = name, Mountpoint = content };
    }

    private static void RemoveIfEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
            // Somebody has put something there, whose it is then.
        }
    }

    /// <summary>What is damaged here, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages() =>
        [.. _damages.Where(one => _entries.ContainsKey(one.Key)).Select(one => new Damage("volume", one.Key,
        $"has lost its labels and options, its content is whole: {one.Value}", "its record is written anew, without labels and options",
        () => Rewrite(one.Key)))];

    private void Rewrite(string name)
    {
        string record = Path.Combine(directory, name, RecordFile);
        JsonFile.Save(record, Find(name), VolumeJson.Default.Volume);
        _damages.TryRemove(name, out _);
        foreach (string aside in JsonFile.SetAsideOf(record)) JsonFile.Forget(aside);
    }

    /// <summary>A container may have any of the volumes: none is removed unless its name is given.</summary>
    public void Hold(string container) => _held[container] = true;

    public void Unhold(string container) => _held.TryRemove(container, out _);

    public bool IsHeld => !_held.IsEmpty;

    public IReadOnlyList<Volume> List() =>
        [.. _entries.Values.Select(entry => entry.Volume).OrderBy(volume => volume.Name, StringComparer.Ordinal)];

    /// <exception cref="GantryException">NotFound: <c>get x: no such volume</c>.</exception>
    public Volume Find(string name) => FindEntry(name).Volume;

    private Entry FindEntry(string name) =>
        _entries.TryGetValue(name, out Entry? entry) ? entry : throw GantryException.NotFound($"get {name}: no such volume");

    public bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Volume? volume)
    {
        volume = _entries.TryGetValue(name, out Entry? entry) ? entry.Volume : null;
        return volume is not null;
    }

    /// <summary>Makes the volume, or answers the one that has the name already (its labels and options stay as they are).</summary>
    /// <param name="usedBy">The container that gets it, see <see cref="Use"/>.</param>
    /// <exception cref="GantryException">InvalidArgument: name or options. NotFound: no such driver.</exception>
    public Volume Create(VolumeRequest request, string? usedBy = null)
    {
        IVolumeDriver driver = Array.Find(_drivers, one => one.Name == (request.Driver.Length > 0 ? request.Driver : Volume.LocalDriver))
            ?? throw GantryException.NotFound(
                $"create {request.Name}: error looking up volume plugin {request.Driver}: plugin \"{request.Driver}\" not found");
        bool anonymous = request.Name.Length == 0;
        string name = anonymous ? RandomId.New() : request.Name;
        VolumeName.Check(name);
        driver.Check(name, request.Options);
        lock (_gate)
        {
            if (!_entries.TryGetValue(name, out Entry? entry))
            {
                entry = new Entry(Make(name, driver.Name, request, anonymous), DriverOf);
                _entries[name] = entry;
                events.Publish(EventType.Volume, "create", name, Attributes(entry.Volume));
            }
            if (usedBy is not null) entry.Users.Add(usedBy);
            return entry.Volume;
        }
    }

    private Volume Make(string name, string driver, VolumeRequest request, bool anonymous)
    {
        Dictionary<string, string> labels = new(request.Labels);
        if (anonymous) labels[Volume.AnonymousLabel] = "";
        string path = Path.Combine(directory, name);
        Volume volume = new() { Name = name, Driver = driver, Mountpoint = Path.Combine(path, ContentDirectory),
            CreatedAt = _clock.GetUtcNow(), Labels = labels, Options = request.Options };
        bool fresh = !Directory.Exists(path);
        try
        {
            Directory.CreateDirectory(path, OwnDirectory.OwnerOnly);
            // Before the content: a volume with content and without a record is a damaged one.
            JsonFile.Save(Path.Combine(path, RecordFile), volume, VolumeJson.Default.Volume, durable: false);
            Directory.CreateDirectory(volume.Mountpoint);
            // The daemon's umask must not decide whether a container's user can read its own volume.
            File.SetUnixFileMode(volume.Mountpoint, (UnixFileMode)Octal.O755);
            if (!anonymous) DiskSync.All(Path.Combine(path, RecordFile), path, directory);
        }
        catch (Exception) when (fresh)
        {
            TreeRemoval.Remove(path);
            throw;
        }
        return volume;
    }

    /// <exception cref="GantryException">Unsupported.</exception>
    private IVolumeDriver DriverOf(Volume volume) => Array.Find(_drivers, driver => driver.Name == volume.Driver)
        ?? throw GantryException.Unsupported($"volume {volume.Name} needs the driver {volume.Driver}, which this version does not have");

    private static Dictionary<string, string> Attributes(Volume volume, string? container = null)
    {
        Dictionary<string, string> attributes = new() { ["driver"] = volume.Driver };
        if (container is not null) attributes["container"] = container;
        return attributes;
    }

    /// <summary>The container has the volume from now on: it cannot be removed until <see cref="Release"/>.
    /// A second call changes nothing.</summary>
    /// <param name="mounted">It runs already, as found after a restart of the daemon:
    /// <see cref="MountAsync"/> was called by the one before us.</param>
    /// <exception cref="GantryException">NotFound.</exception>
    public Volume Use(string name, string container, bool mounted = false)
    {
        lock (_gate)
        {
            Entry entry = FindEntry(name);
            entry.Users.Add(container);
            if (mounted) entry.Open.Found(container);
            return entry.Volume;
        }
    }

    /// <summary>The container is removed. Never throws for what is already gone.</summary>
    public void Release(string name, string container)
    {
        lock (_gate)
            if (_entries.TryGetValue(name, out Entry? entry)) entry.Users.Remove(container);
    }

    /// <summary>Containers that have the volume.</summary>
    public IReadOnlyList<string> UsersOf(string name)
    {
        lock (_gate) return _entries.TryGetValue(name, out Entry? entry) ? [.. entry.Users] : [];
    }

    /// <summary>Makes the content available at the volume's mountpoint for a container that starts.</summary>
    /// <returns>The path to bind into the container.</returns>
    /// <exception cref="GantryException">NotFound. Internal: the file system named by the options could not be mounted.</exception>
    public async ValueTask<string> MountAsync(string name, VolumeUse use, CancellationToken cancellation = default)
    {
        string content = await OpenAsync(name, use.Container, cancellation);
        events.Publish(EventType.Volume, "mount", name, new Dictionary<string, string>(Attributes(Find(name), use.Container))
        {
            ["destination"] = use.Destination, ["propagation"] = use.Propagation, ["read/write"] = use.ReadWrite ? "true" : "false",
        });
        return content;
    }

    /// <summary>The container has ended. Never throws for what is already gone.</summary>
    public async ValueTask UnmountAsync(string name, string container)
    {
        if (await CloseAsync(name, container) is { } volume)
            events.Publish(EventType.Volume, "unmount", name, Attributes(volume, container));
    }

    /// <summary>As <see cref="MountAsync"/>, for a moment's work on the content that nobody is told of.</summary>
    public async ValueTask<string> OpenAsync(string name, string container, CancellationToken cancellation = default)
    {
        Entry entry = FindEntry(name);
        if (_damages.TryGetValue(name, out string? wrong) && OwnDirectory.Count(entry.Volume.Mountpoint) == 0)
            throw GantryException.Unavailable($"volume {name} may be one that is mounted from elsewhere, and its record is damaged: "
                + $"{wrong}: remove and make it again, or \"gantry system check --repair\" makes it a plain one");
        return await entry.Open.OpenAsync(container, cancellation);
    }

    /// <summary>The other half of <see cref="OpenAsync"/>.</summary>
    /// <returns>Null when it was not open.</returns>
    public async ValueTask<Volume?> CloseAsync(string name, string container) =>
        _entries.TryGetValue(name, out Entry? entry) && await entry.Open.CloseAsync(container) ? entry.Volume : null;

    /// <summary>Unmounts what nobody has open: a daemon that died between a mount and its container's start has left it so.</summary>
    /// <param name="failed">Gets the name of each that would not go.</param>
    public async Task CloseUnusedAsync(Action<string, Exception> failed)
    {
        // Somebody who could not be read may have any of them.
        if (IsHeld) return;
        foreach (Entry entry in _entries.Values)
        {
            try
            {
                await entry.Open.CloseUnusedAsync();
            }
            catch (Exception e)
            {
                failed(entry.Volume.Name, e);
            }
        }
    }

    /// <summary>Removes it with its content. What fails leaves a volume that can be removed again; one whose directory is gone from the
    /// disk is as good as removed.</summary>
    /// <param name="force">A volume that does not exist is no error.</param>
    /// <exception cref="GantryException">NotFound. Conflict: <c>remove x: volume is in use - [id, …]</c>. Internal:
    /// something in it would not go.</exception>
    public async ValueTask RemoveAsync(string name, bool force = false)
    {
        if (force && !_entries.ContainsKey(name)) return;
        Entry entry = FindEntry(name);
        await entry.Open.TakeTurnAsync();
        try
        {
            string removed = await TakeAwayAsync(entry);
            try
            {
                TreeRemoval.Remove(removed);
            }
            catch (KernelException e)
            {
                PutBack(entry, removed);
                throw GantryException.Internal($"remove {name}: {e.Message}", e);
            }
        }
        finally
        {
            entry.Open.EndTurn();
        }
        events.Publish(EventType.Volume, "destroy", name, Attributes(entry.Volume));
    }

    private async ValueTask<string> TakeAwayAsync(Entry entry)
    {
        string name = entry.Volume.Name, path = Path.Combine(directory, name);
        RefuseInUse(entry);
        await DriverOf(entry.Volume).RemoveAsync(entry.Volume);
        lock (_gate)
        {
            RefuseInUse(entry);
            if (!_entries.ContainsKey(name)) throw GantryException.NotFound($"get {name}: no such volume");
            if (VolumeMount.FindBelow(path) is string mounted)
                throw GantryException.Conflict($"remove {name}: something is mounted at {mounted}: unmount it first");
            // The rename makes the removal one step: a crash in the middle of deleting leaves nothing that looks like a volume.
            string removed = RemovedPrefix + RandomId.New()[..16];
            int errno = Rename(name, removed);
            if (errno is not (0 or Errno.ENOENT))
                throw GantryException.Internal($"remove {name}: {new KernelException("rename", errno, path).Message}");
            _entries.TryRemove(name, out _);
            // The next one of the name has a record of its own.
            _damages.TryRemove(name, out _);
            return Path.Combine(directory, removed);
        }
    }

    /// <summary>Some of its content is still there, so it is still a volume; unless a new one has taken the name:
    /// then the next start tries again.</summary>
    private void PutBack(Entry entry, string removed)
    {
        string name = entry.Volume.Name;
        lock (_gate)
        {
            if (_entries.ContainsKey(name) || Rename(Path.GetFileName(removed), name) != 0) return;
            _entries[name] = entry;
            // It may have been the first thing to go.
            JsonFile.Save(Path.Combine(directory, name, RecordFile), entry.Volume, VolumeJson.Default.Volume, durable: false);
        }
    }

    /// <returns>An errno; ENOENT when the volume, or the directory of all, is gone.</returns>
    private int Rename(string name, string newName)
    {
        try
        {
            using DirectoryHandle volumes = DirectoryHandle.Open(directory);
            return volumes.TryRename(PathBytes.Of(name), volumes, PathBytes.Of(newName));
        }
        catch (KernelException e)
        {
            return e.Errno;
        }
    }

    private void RefuseInUse(Entry entry)
    {
        lock (_gate)
            if (entry.Users.Count > 0)
                throw GantryException.Conflict($"remove {entry.Volume.Name}: volume is in use - [{string.Join(", ", entry.Users)}]");
    }

    /// <summary>Removes the volumes that no container has and that <paramref name="wanted"/> picks.</summary>
    /// <returns>Names of the removed volumes and the bytes they held.</returns>
    public async Task<(IReadOnlyList<string> Removed, long Reclaimed)> PruneAsync(Func<Volume, bool> wanted,
        CancellationToken cancellation = default)
    {
        List<string> removed = [];
        long reclaimed = 0;
        foreach (Volume volume in List())
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsHeld || !wanted(volume) || UsersOf(volume.Name).Count > 0) continue;
            long size = Look(volume) is { } content ? TreeUsage.Measure(content) : 0;
            try
            {
                await RemoveAsync(volume.Name);
            }
            catch (GantryException)
            {
                continue; // Somebody took or removed it meanwhile; or it would not go, and is still there for who asks why.
            }
            removed.Add(volume.Name);
            reclaimed += size;
        }
        events.Publish(EventType.Volume, "prune", "", new Dictionary<string, string> { ["reclaimed"] = $"{reclaimed}" });
        return (removed, reclaimed);
    }

    public IReadOnlyList<VolumeUsage> Usage() =>
        [.. List().Select(volume => new VolumeUsage(volume, Look(volume) is { } content ? TreeUsage.OnDisk(content) : -1,
            UsersOf(volume.Name).Count))];

    private string? Look(Volume volume) => Array.Find(_drivers, driver => driver.Name == volume.Driver)?.Look(volume);
}
