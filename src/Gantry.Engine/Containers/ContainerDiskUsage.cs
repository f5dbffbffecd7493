using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers;

/// <summary>What a container takes of the disk, as du(1) counts it, and so what its removal gives back: its files, its log and what is
/// kept about it.</summary>
internal static class ContainerDiskUsage
{
    public static long Of(Container container, ISnapshotter snapshots) =>
        snapshots.DiskUsage(container.Id) + TreeUsage.OnDisk(container.Paths.Directory);
}
