using Gantry.Linux;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>Makes images survive a power loss, behind the caller's back:
/// to sync a file system waits for everything that anybody has written to it.</summary>
/// <remarks>Until then the record carries the boot's identifier. A crash of this process costs nothing; after a power loss the image is
/// gone, never half there.</remarks>
internal sealed class ImageSettling(ImageTable table, ContentStore content, ISnapshotter snapshotter, PostponedArchives archives,
    ImageLeases leases) : IDisposable
{
    /// <summary>A disk that is busy with others' data takes minutes.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private bool _settling, _again;
    private Thread? _settler;

    /// <summary>Told in words when the disk refuses; the images stay marked and are tried again with the next change.</summary>
    public event Action<string>? Failed;

    public void Soon()
    {
        lock (_lock)
        {
            _again = true;
            if (_settling) return;
            _settling = true;
            _settler = new Thread(SettleAll) { IsBackground = true, Name = "image sync" };
            _settler.Start();
        }
    }

    /// <summary>Waits for a sync that is under way, as long as a shutdown may: what is not settled then is by the next start.</summary>
    public void Dispose()
    {
        Thread? settler;
        lock (_lock) settler = _settler;
        settler?.Join(LongestWait);
    }

    private void SettleAll()
    {
        while (true)
        {
            lock (_lock)
            {
                if (!_again)
                {
                    _settling = false;
                    _settler = null;
                    return;
                }
                _again = false;
            }
            try
            {
                Settle([.. table.All.Where(image => !image.IsSettled)]);
            }
            catch (Exception e) when (Expected.Any(e))
            {
                Failed?.Invoke($"images could not be synced to the disk: {Failure.Text(e)}");
            }
        }
    }

    /// <summary>What is referred to, then the records that say so, then those too. Nothing waits for the disk under a lock.</summary>
    private void Settle(List<Image> unsettled)
    {
        using Lease lease = leases.Open();
        foreach (Image image in table.All.Where(archives.IsAnyMissing)) MakeArchives(image, lease);
        if (unsettled.Count > 0)
        {
            // Told before the sync: an archive that somebody else makes after it is not on the disk for certain.
            List<Image> whole = [.. unsettled.Where(image => !archives.IsAnyMissing(image))];
            content.Sync();
            snapshotter.Sync();
            foreach (Image image in whole) table.Change(image.Id, now => now with { IsSettled = true });
        }
        content.Sync();
    }

    /// <summary>Without one that cannot be made, as on a full disk, its image cannot be saved, and would not outlive a power loss.
    /// It is tried again with the next change.</summary>
    private void MakeArchives(Image image, Lease lease)
    {
        try
        {
            archives.Require(image, lease);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            if (table.Find(image.Id) is not null)
                Failed?.Invoke($"image {image.ShortId}: the archive of a layer could not be made: {Failure.Text(e)}");
        }
    }
}
