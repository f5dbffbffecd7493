namespace Gantry.Build.Attestations.Packages;

/// <summary>The list of what dpkg has installed: deb-control(5), a paragraph for each package.</summary>
internal static class DebianPackages
{
    public static IEnumerable<InstalledPackage> Read(string text)
    {
        Dictionary<string, string> fields = [];
        foreach (string line in text.Split('\n').Append(""))
        {
            if (line.Length == 0)
            {
                if (Of(fields) is { } package) yield return package;
                fields.Clear();
            }
            // What goes on begins with a space.
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':') is > 0 and var colon)
                fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    /// <returns>Null for one of which only its settings are left.</returns>
    private static InstalledPackage? Of(Dictionary<string, string> fields)
    {
        if (!fields.TryGetValue("Package", out string? name) || !fields.TryGetValue("Version", out string? version)) return null;
        if (fields.TryGetValue("Status", out string? status) && !status.EndsWith(" installed", StringComparison.Ordinal)) return null;
        return new InstalledPackage("deb", name, version, fields.GetValueOrDefault("Architecture", ""),
            fields.GetValueOrDefault("Source", "").Split(' ')[0], fields.GetValueOrDefault("Maintainer", ""), "");
    }
}
