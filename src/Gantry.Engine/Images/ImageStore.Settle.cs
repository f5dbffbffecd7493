namespace Gantry.Engine.Images;

/// <summary>Makes images survive a power loss, behind the caller's back:
/// to sync a file system waits for everything that anybody has written to it.</summary>
/// <remarks>Until then the record carries the boot's identifier. A crash of this process costs nothing; after a power loss the image is
/// gone, never half there.</remarks>
public sealed partial class ImageStore
{
    private bool _settling, _settleAgain;
    private Thread? _settler;

    /// <summary>Waits for a sync that is under way.</summary>
    public void Dispose()
    {
        Thread? settler;
        lock (_lock) settler = _settler;
        settler?.Join();
        _snapshotter.Unreferenced -= RemoveOrphanedLayers;
    }

    private void SettleSoon()
    {
        lock (_lock)
        {
            _settleAgain = true;
            if (_settling) return;
            _settling = true;
            _settler = new Thread(SettleAll) { IsBackground = true, Name = "image sync" };
            _settler.Start();
        }
    }

    /// <summary>Told in words when the disk refuses; the images stay marked and are tried again with the next change.</summary>
    public event Action<string>? SyncFailed;

    private void SettleAll()
    {
        while (true)
        {
            List<Image> unsettled;
            lock (_lock)
            {
                if (!_settleAgain)
                {
                    _settling = false;
                    _settler = null;
                    return;
                }
                _settleAgain = false;
                unsettled = [.. _images.Values.Where(image => !image.IsSettled)];
            }
            try
            {
                Settle(unsettled);
            }
            catch (Exception e) when (e is GantryException or Linux.KernelException or IOException or UnauthorizedAccessException)
            {
                SyncFailed?.Invoke($"images could not be synced to the disk: {e.Message}");
            }
        }
    }

    /// <summary>What is referred to, then the records that say so, then those too. Nothing waits for the disk under the lock.</summary>
    private void Settle(List<Image> unsettled)
    {
        if (unsettled.Count > 0)
        {
            _content.Sync();
            _snapshotter.Sync();
            lock (_lock)
            {
                foreach (Image image in unsettled)
                {
                    if (!_images.TryGetValue(image.Id, out Image? now)) continue;
                    _images[image.Id] = now with { IsSettled = true };
                    SaveAgain(image.Id);
                }
            }
        }
        _content.Sync();
    }
}
