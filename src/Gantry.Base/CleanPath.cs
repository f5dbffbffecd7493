namespace Gantry;

/// <summary>A path without what it says in vain, as Go's <c>path.Clean</c> has it.</summary>
public static class CleanPath
{
    /// <returns><c>.</c> for nothing; what leads out of a relative path stays.</returns>
    public static string Of(string path)
    {
        bool rooted = path.StartsWith('/');
        List<string> names = [];
        foreach (string name in path.Split('/'))
        {
            if (name is "" or ".") continue;
            if (name != "..") names.Add(name);
            else if (names.Count > 0 && names[^1] != "..") names.RemoveAt(names.Count - 1);
            else if (!rooted) names.Add(name);
        }
        string clean = string.Join('/', names);
        return rooted ? "/" + clean : clean.Length > 0 ? clean : ".";
    }
}
