namespace Gantry;

/// <summary>Paths as they are said inside, where the root is one's own and nothing lies above it.</summary>
public static class InsidePath
{
    /// <summary>An absolute path without <c>.</c>, <c>..</c> and doubled slashes; what a path means before any link is followed.</summary>
    public static string Clean(string path) => CleanPath.Of("/" + path);

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
