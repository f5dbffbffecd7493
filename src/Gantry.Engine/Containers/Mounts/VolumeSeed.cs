using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Mounts;

/// <summary>Fills a new volume with what the image has at its place, so that a database finds its directory with the right owner.</summary>
internal static class VolumeSeed
{
    public static void Fill(RootMount root, IReadOnlyList<ContainerMount> mounts)
    {
        foreach (ContainerMount mount in mounts)
        {
            if (!mount.CopyUp || !Directory.Exists(mount.Source) || !IsEmpty(mount.Source)) continue;
            RootCopy.Copy(root, mount.Destination, mount.Source);
        }
    }

    private static bool IsEmpty(string path)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        return directory.IsEmpty;
    }
}
