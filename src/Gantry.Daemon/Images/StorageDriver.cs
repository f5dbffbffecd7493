using Gantry.Storage;

namespace Gantry.Daemon.Images;

/// <summary>Chooses how layers are kept: as configured, else what the data root has already, else overlay where it works.</summary>
internal sealed partial class StorageDriver(ILogger<StorageDriver> log)
{
    private const string Overlay = "overlay2", Vfs = "vfs";

    /// <param name="wanted">As configured; empty for the best.</param>
    /// <exception cref="GantryException">The driver does not exist or does not work here.</exception>
    public ISnapshotter Open(string wanted, string dataRoot)
    {
        DirectorySnapshotter snapshotter = wanted switch
        {
            "" => OpenBest(dataRoot),
            "overlay" or Overlay => OverlaySupport.Refusal(dataRoot) is { } refusal ? throw GantryException.Unsupported($"error initializing graphdriver: overlay2 does not work in {dataRoot}: {refusal}") : new OverlaySnapshotter(dataRoot),
            Vfs => new VfsSnapshotter(dataRoot),
            _ => throw GantryException.Invalid($"error initializing graphdriver: driver not supported: {wanted}: choose {Overlay} or {Vfs}"),
        };
        snapshotter.RemovalFailed += LogRemovalFailed;
        return snapshotter;
    }

    private DirectorySnapshotter OpenBest(string dataRoot)
    {
        // Images are listed per driver: whoever began with one would find none under the other.
        if (HasImages(dataRoot, Vfs) && !HasImages(dataRoot, Overlay)) return new VfsSnapshotter(dataRoot);
        if (OverlaySupport.Refusal(dataRoot) is not { } refusal) return new OverlaySnapshotter(dataRoot);
        LogFallback(dataRoot, refusal);
        return new VfsSnapshotter(dataRoot);
    }

    private static bool HasImages(string dataRoot, string driver) =>
        Path.Combine(dataRoot, "image", driver, "records") is var records && Directory.Exists(records) && Directory.EnumerateFileSystemEntries(records).Any();

    [LoggerMessage(Level = LogLevel.Warning, Message = "overlay does not work in {DataRoot}, every container will be a full copy (vfs): {Refusal}")]
    private partial void LogFallback(string dataRoot, string refusal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}")]
    private partial void LogRemovalFailed(string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What}")]
    public partial void LogSyncFailed(string what);
}
