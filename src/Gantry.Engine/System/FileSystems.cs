namespace Gantry.Engine;

/// <summary>What kind of file system a path is on.</summary>
public static class FileSystems
{
    /// <returns>The type as the mount table has it: <c>ext4</c>, <c>xfs</c>, <c>btrfs</c>; empty when it cannot be told.</returns>
    public static string TypeOf(string path)
    {
        string best = "", type = "";
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            // proc(5): … the fifth field is the mount point, the one after " - " the type.
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            if (dash < 0 || line[..dash].Split(' ') is not [_, _, _, _, var point, ..]) continue;
            bool covers = point == "/" || path == point || path.StartsWith(point + "/", StringComparison.Ordinal);
            if (covers && point.Length >= best.Length) (best, type) = (point, line[(dash + 3)..].Split(' ')[0]);
        }
        return type;
    }
}
