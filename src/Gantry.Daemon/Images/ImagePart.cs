using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Pull;
using Gantry.Engine.Images.Push;
using Gantry.Registry.Push;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Daemon.Images;

/// <summary>Images: their store, how they come and go, and the space that they take.</summary>
internal sealed class ImagePart
{
    private readonly ImagePush _pushes;
    private readonly SpaceWatch _space;

    public ImagePart(Foundations ground)
    {
        DaemonOptions options = ground.Options.Now;
        StorageDriver driver = new(ground.Logging.CreateLogger<StorageDriver>());
        ISnapshotter snapshots = driver.Open(options.StorageDriver, options.DataRoot);
        ContentStore content = new(Path.Combine(options.DataRoot, "content"));
        Collector = new Collector(options.DataRoot, content, snapshots);
        Store = new ImageStore(options.DataRoot, content, snapshots, Collector, ground.Events, saves: ground.Saves);
        Store.SyncFailed += driver.LogSyncFailed;
        Registries = new RegistrySettings(ground.Options);
        Pulls = new ImagePull(Store, Registries.Current);
        _pushes = new ImagePush(Store, Registries.Current, new UnfinishedUploads(Path.Combine(options.DataRoot, "uploads")));
        _space = new SpaceWatch(Store, () => Policy(ground.Options.Now), () => Space(options.DataRoot),
            ground.Logging.CreateLogger<SpaceWatch>());
    }

    /// <summary>Begins once all who keep something in the stores are known.</summary>
    public Collector Collector { get; }
    public ImageStore Store { get; }
    public ImagePull Pulls { get; }
    public ImagePush Pushes => _pushes;
    public RegistrySettings Registries { get; }

    public void Map(Router router)
    {
        RegistryRoutes registry = new(Store, Pulls, _pushes, Registries);
        new ImageRoutes(Store).Map(router);
        new AttestationRoutes(Store).Map(router);
        new ImageArchiveRoutes(Store, registry, Registries).Map(router);
        registry.Map(router);
        new SearchRoutes(Pulls, Registries).Map(router);
    }

    public void WatchSpace() => _space.Start();

    /// <summary>What is being deleted from the disk is no reason to wait: the next start goes on with it.</summary>
    public void Leave()
    {
        _space.Dispose();
        Store.Dispose();
        Collector.Dispose();
    }

    private static SpacePolicy Policy(DaemonOptions options) =>
        new() { Low = options.FreeSpaceLow, Enough = options.FreeSpaceEnough, UnusedImages = options.UnusedImages };

    private static DiskSpace Space(string directory)
    {
        DriveInfo drive = new(directory);
        return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }
}
