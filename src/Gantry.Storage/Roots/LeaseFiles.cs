using Gantry.Linux.Processes;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Roots;

/// <summary>Leases on disk: <c>leases/&lt;id&gt;.json</c>. Guarded by the collector.</summary>
/// <remarks>One that cannot be read may have named anything: nothing is collected until it must be over, whatever it said.</remarks>
internal sealed class LeaseFiles
{
    /// <summary>No lease is given for longer.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);


    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);

    public LeaseFiles(string directory, TimeProvider time)
    {
        (_directory, _time) = (directory, time);
        OwnDirectory.Make(directory, OwnDirectory.OwnerOnly);
        AtomicFile.Sweep(directory);
        foreach (string aside in JsonFile.SetAsideOf(directory)) _unreadable[aside] = "it was in the place of all leases";
    }

    /// <summary>One that somebody has removed by hand is none.</summary>
    public bool IsAnyUnreadable => _unreadable.Keys.Any(JsonFile.IsThere);

    /// <summary>Those that are not over yet; the others are removed.</summary>
    public IEnumerable<(string Path, LeaseRecord Record)> Read()
    {
        // What was not renamed yet was promised to nobody.
        foreach (string path in OwnDirectory.All(_directory).Where(path => !path.EndsWith(".tmp", StringComparison.Ordinal)))
        {
            LeaseRecord? record = null;
            try
            {
                record = RootRecords.ReadLease(path);
            }
            catch (DamagedFileException e)
            {
                _unreadable[path] = e.Message;
            }
            if (record is null) continue;
            if (record.Expires > _time.GetUtcNow() && (record.Boot is null || record.Boot == HostBoot.Id)) yield return (path, record);
            else TryDelete(path);
        }
    }

    public string NewPath() => Path.Combine(_directory, Guid.NewGuid().ToString("N")[..16] + ".json");

    public void Save(Lease lease)
    {
        DateTimeOffset until = _time.GetUtcNow() + lease.Life!.Value;
        JsonFile.Save(lease.Path!, new LeaseRecord
        {
            Version = RootRecord.Known, Owner = lease.Owner, Purpose = lease.Purpose, KeepsDownloads = lease.KeepsDownloads,
            Boot = HostBoot.Id, Expires = until,
            Blobs = [.. lease.Roots.Blobs], Layers = [.. lease.Roots.Layers], Snapshots = [.. lease.Roots.Snapshots],
        }, RootJson.Default.LeaseRecord, durable: false);
        lease.Saved = (lease.Roots.Count, until);
    }

    /// <summary>Unreadable ones that must be over by now.</summary>
    /// <returns>Whether there was one.</returns>
    public bool EndUnreadable()
    {
        bool any = false;
        foreach (string path in _unreadable.Keys.ToList())
            if (!JsonFile.IsThere(path) || (LastUntil(path) < _time.GetUtcNow() && TryDelete(path))) any |= _unreadable.Remove(path);
        return any;
    }

    public IEnumerable<Damage> Damages() => _unreadable.Where(one => JsonFile.IsThere(one.Key)).Select(one => new Damage("lease",
        Path.GetFileName(one.Key),
        $"cannot be used: {one.Value}; nothing is collected until {LastUntil(one.Key):u}",
        "removed by itself then; remove it by hand when nobody works with what it named"));

    /// <summary>A disk that refuses leaves a lease that ends by its date.</summary>
    public static bool TryDelete(string path)
    {
        try
        {
            if (JsonFile.IsThere(path)) JsonFile.Forget(path);
            return true;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return false;
        }
    }

    private static DateTime LastUntil(string path) => File.GetLastWriteTimeUtc(path) + LongestLife;
}
