namespace Gantry.Workloads;

/// <summary>Paths as a workload has them, where the root is its own.</summary>
public static class InsidePath
{
    /// <summary>An absolute path without <c>.</c>, <c>..</c> and doubled slashes; what a path means before any link is followed.</summary>
    public static string Clean(string path)
    {
        List<string> kept = [];
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..") kept.Add(part);
            else if (kept.Count > 0) kept.RemoveAt(kept.Count - 1);
        }
        return "/" + string.Join('/', kept);
    }

    /// <summary>Whether a path climbs above where it begins, before any link is followed: <c>a/../..</c>.</summary>
    public static bool Climbs(string path)
    {
        int depth = 0;
        foreach (string part in path.Split('/'))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0) return true;
        }
        return false;
    }

    /// <summary>What a path means to whom works in that directory.</summary>
    /// <param name="directory">Null or empty for the root.</param>
    public static string Below(string? directory, string path) => Clean(path.StartsWith('/') ? path : $"{directory}/{path}");
}
