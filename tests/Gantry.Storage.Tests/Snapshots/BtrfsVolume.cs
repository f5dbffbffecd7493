namespace Gantry.Storage.Tests.Snapshots;

/// <summary>A small btrfs in a file.</summary>
public sealed class BtrfsVolume : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public BtrfsVolume()
    {
        Missing = !File.Exists("/sbin/mkfs.btrfs") ? "mkfs.btrfs (package btrfs-progs) is not installed"
            : !File.ReadAllText("/proc/filesystems").Contains("btrfs") ? "this kernel has no btrfs" : null;
        Directory.CreateDirectory(Path);
        // Sparse: it takes what is written.
        if (Missing is null) Shell.Run($"truncate -s 512M {Image} && mkfs.btrfs -q {Image} && mount -o loop {Image} {Path}");
    }

    /// <summary>What is missing for it; null when it is there.</summary>
    public string? Missing { get; }

    public string Path => _directory["volume"];

    private string Image => _directory["image"];

    public void Dispose()
    {
        if (Missing is null) Shell.Run($"umount {Path}");
        _directory.Dispose();
    }
}
