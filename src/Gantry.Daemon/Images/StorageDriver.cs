using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;

namespace Gantry.Daemon.Images;

/// <summary>Chooses how layers are kept: as configured, else what the data root has already, else the first that works there.</summary>
internal sealed partial class StorageDriver(ILogger<StorageDriver> log)
{
    /// <param name="Refusal">Asks of a data root why it does not work there; null when it does.</param>
    private sealed record Driver(string Name, Func<string, string?> Refusal, Func<string, DirectorySnapshotter> Open);

    /// <summary>The best first.</summary>
    private static readonly Driver[] Drivers =
    [
        new(OverlaySnapshotter.Kernel, OverlaySupport.Refusal, root => new OverlaySnapshotter(root)),
        new(OverlaySnapshotter.Fuse, OverlaySupport.FuseRefusal, root => new OverlaySnapshotter(root, OverlaySnapshotter.Fuse)),
        new("btrfs", BtrfsSnapshotter.Refusal, root => new BtrfsSnapshotter(root)),
        new("vfs", _ => null, root => new VfsSnapshotter(root)),
    ];

    /// <param name="wanted">As configured; empty for the best.</param>
    /// <exception cref="GantryException">The driver does not exist or does not work here.</exception>
    public ISnapshotter Open(string wanted, string dataRoot)
    {
        DirectorySnapshotter snapshotter = wanted.Length > 0 ? Configured(wanted, dataRoot).Open(dataRoot) : Best(dataRoot).Open(dataRoot);
        snapshotter.RemovalFailed += LogRemovalFailed;
        return snapshotter;
    }

    private static Driver Configured(string wanted, string dataRoot)
    {
        string name = wanted == "overlay" ? OverlaySnapshotter.Kernel : wanted;
        Driver driver = Array.Find(Drivers, driver => driver.Name == name)
            ?? throw GantryException.Invalid($"error initializing graphdriver: driver not supported: {wanted}: choose "
            + $"{string.Join(", ", Drivers.Select(known => known.Name))}");
        return driver.Refusal(dataRoot) is { } refusal
            ? throw GantryException.Unsupported($"error initializing graphdriver: {name} does not work in {dataRoot}: {refusal}") : driver;
    }

    private Driver Best(string dataRoot)
    {
        // Images are listed per driver: whoever began with one would find none under the other.
        foreach (Driver driver in Drivers)
            if (HasImages(dataRoot, driver.Name) && driver.Refusal(dataRoot) is null) return driver;
        foreach (Driver driver in Drivers)
        {
            if (driver.Refusal(dataRoot) is not { } refusal) return driver;
            LogFallback(driver.Name, dataRoot, refusal);
        }
        throw new InvalidOperationException("the last driver works everywhere");
    }

    private static bool HasImages(string dataRoot, string driver) =>
        Path.Combine(dataRoot, "image", driver, "records") is var records && Directory.Exists(records) && OwnDirectory.Count(records) > 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "storage driver {Driver} does not work in {DataRoot}: {Refusal}")]
    private partial void LogFallback(string driver, string dataRoot, string refusal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}")]
    private partial void LogRemovalFailed(string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What}")]
    public partial void LogSyncFailed(string what);
}
