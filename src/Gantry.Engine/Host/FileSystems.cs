using Gantry.Linux.Mounts;

namespace Gantry.Engine.Host;

/// <summary>What kind of file system a path is on.</summary>
public static class FileSystems
{
    /// <returns>The type as the mount table has it: <c>ext4</c>, <c>xfs</c>, <c>btrfs</c>; empty when it cannot be told.</returns>
    public static string TypeOf(string path)
    {
        string best = "", type = "";
        foreach (MountEntry mount in MountTable.Own())
        {
            bool covers = mount.Place == "/" || path == mount.Place || path.StartsWith(mount.Place + "/", StringComparison.Ordinal);
            if (covers && mount.Place.Length >= best.Length) (best, type) = (mount.Place, mount.Type);
        }
        return type;
    }
}
