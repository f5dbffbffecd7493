using Gantry.Linux;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Images;

/// <summary>When space is short, and what may go then.</summary>
public sealed record SpacePolicy
{
    /// <summary>Below this much free space, something is done.</summary>
    public FreeSpace Low { get; init; } = new(5, IsPercent: true);
    /// <summary>Images are removed until so much is free.</summary>
    public FreeSpace Enough { get; init; } = new(10, IsPercent: true);
    /// <summary>How long an image must not have been used before it may go; null keeps them all.</summary>
    public TimeSpan? UnusedImages { get; init; }
}

/// <summary>Space of the file system that holds the data, in bytes.</summary>
public readonly record struct DiskSpace(long Free, long Total);

/// <summary>Looks at the free space now and then, and makes some before the disk is full: broken-off downloads first; images only where the
/// policy says so, the longest unused first.</summary>
/// <remarks>An image counts as used by every container made from it, running or not.
/// What was used before this daemon began counts as used then.</remarks>
public sealed partial class SpaceWatch(ImageStore store, Func<SpacePolicy> policy, Func<DiskSpace> disk, ILogger<SpaceWatch> log) :
    IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1), WarningInterval = TimeSpan.FromHours(1);
    /// <summary>Nobody goes on with a download that has stood still for so long.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _began = store.Time.GetUtcNow();
    private DateTimeOffset _warned;
    private ITimer? _timer;

    public void Start() => _timer = store.Time.CreateTimer(_ => Look(), null, Interval, Interval);

    public void Dispose() => _timer?.Dispose();

    /// <summary>One look; the timer calls it.</summary>
    public void Look()
    {
        // Not in parallel with itself: a removal may take longer than the interval.
        if (!Monitor.TryEnter(_used)) return;
        try
        {
            NoteUse();
            store.Leases.ForgetOldPulls();
            store.Content.RemovePartials(Storage.Content.ContentStore.PartialsLive);
            SpacePolicy now = policy();
            DiskSpace space = disk();
            if (space.Free < now.Low.Of(space.Total)) MakeRoom(now, space);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // Nobody waits for a timer's failure: unheard, it would end the daemon.
            LogFailed(e.Message);
        }
        finally
        {
            Monitor.Exit(_used);
        }
    }

    private void MakeRoom(SpacePolicy now, DiskSpace space)
    {
        store.Leases.ForgetKilledPulls();
        long freed = store.Content.RemovePartials(Idle);
        int images = 0;
        ImagePrune prune = new(store);
        // What somebody reads is freed only afterwards, so it is reckoned and not looked up.
        foreach (Image image in Unused(now.UnusedImages))
        {
            if (space.Free + freed >= now.Enough.Of(space.Total)) break;
            freed += prune.Remove(image, store.NamesOf(image.Id), []);
            if (store.Find(image.Id) is null) images++;
        }
        if (freed > 0) LogFreed(space.Free, now.Low, freed, images);
        else if (store.Time.GetUtcNow() - _warned >= WarningInterval)
        {
            _warned = store.Time.GetUtcNow();
            LogShort(space.Free, now.Low);
        }
    }

    private List<Image> Unused(TimeSpan? age)
    {
        if (age is null) return [];
        DateTimeOffset before = store.Time.GetUtcNow() - age.Value;
        return [.. store.All.Where(image => LastUse(image) <= before).OrderBy(LastUse)];
    }

    private DateTimeOffset LastUse(Image image) =>
        _used.GetValueOrDefault(image.Id, _began) is var used && image.LastTagged > used ? image.LastTagged.Value : used;

    private void NoteUse()
    {
        DateTimeOffset now = store.Time.GetUtcNow();
        HashSet<string> here = new(StringComparer.Ordinal);
        foreach (Image image in store.All)
        {
            here.Add(image.Id);
            if (store.Users?.UsersOf(image.Id).Any() == true) _used[image.Id] = now;
            else _used.TryAdd(image.Id, _began);
        }
        foreach (string gone in _used.Keys.Where(id => !here.Contains(id)).ToList()) _used.Remove(gone);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Free} bytes were free on the data's file system, less than {Low}: "
            + "freed {Freed} bytes, {Images} unused images among them")]
    private partial void LogFreed(long free, FreeSpace low, long freed, int images);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "only {Free} bytes are free on the data's file system, less than {Low}, and nothing may be removed: `gantry system df` "
            + "shows what takes the space, `gantry system prune` frees some; gc-unused-images lets the daemon remove unused images")]
    private partial void LogShort(long free, FreeSpace low);

    [LoggerMessage(Level = LogLevel.Warning, Message = "making room on the data's file system: {Reason}")]
    private partial void LogFailed(string reason);
}
