using Gantry.Storage;

namespace Gantry.Engine.Containers;

/// <summary>Fills a new volume with what the image has at its place, so that a database finds its directory with the right owner.</summary>
internal static class VolumeSeed
{
    public static void Fill(RootFs root, IReadOnlyList<ContainerMount> mounts)
    {
        foreach (ContainerMount mount in mounts)
        {
            if (!mount.CopyUp || !Directory.Exists(mount.Source) || Directory.EnumerateFileSystemEntries(mount.Source).Any()) continue;
            RootFsCopy.Copy(root, mount.Destination, mount.Source);
        }
    }
}
