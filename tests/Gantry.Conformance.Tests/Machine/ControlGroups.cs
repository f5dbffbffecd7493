namespace Gantry.Conformance.Machine;

/// <summary>The host's cgroups: one hierarchy of version 2, or one a controller.</summary>
public static class ControlGroups
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>Version 2 alone.</summary>
    public static bool Unified { get; } = File.Exists($"{Root}/cgroup.controllers");

    private static readonly Dictionary<string, string> Mounted = Mounts();

    /// <summary>Where every hierarchy is mounted.</summary>
    public static IReadOnlyCollection<string> Hierarchies { get; } = [.. Mounted.Values.Distinct()];

    public static bool Has(string controller) => Mounted.ContainsKey(controller);

    /// <summary>The directory in which a controller has a group; with version 2 that is the same for all.</summary>
    public static string Directory(string controller, string path) => Mounted[controller] + path;

    /// <returns>Every directory of that path or beneath it, the deepest first.</returns>
    public static IReadOnlyList<string> Find(string path) =>
        [.. Hierarchies.Select(h => h + path).Where(System.IO.Directory.Exists)
            .SelectMany(d => System.IO.Directory.EnumerateDirectories(d, "*", SearchOption.AllDirectories).Append(d))
            .OrderByDescending(d => d.Length)];

    /// <summary>Removes what a runtime leaves of a test's own parent group, which is empty by then.</summary>
    public static void Remove(string path)
    {
        foreach (string directory in Find(path)) System.IO.Directory.Delete(directory);
    }

    private static Dictionary<string, string> Mounts()
    {
        if (Unified)
            return File.ReadAllText($"{Root}/cgroup.controllers").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Concat(["freezer", "devices", "cgroup"]).ToDictionary(c => c, _ => Root);
        Dictionary<string, string> mounts = [];
        foreach (string line in File.ReadAllLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            if (fields[^3] is not ("cgroup" or "cgroup2") || !fields[4].StartsWith(Root, StringComparison.Ordinal)) continue;
            // The super block's options end with the controllers; a hierarchy without any has a name.
            foreach (string controller in fields[^3] == "cgroup2" ? ["cgroup"] : fields[^1].Split(',').Where(o => o != "rw"))
                mounts.TryAdd(controller, fields[4]);
        }
        return mounts;
    }
}
