namespace Gantry.Build.Attestations.Packages;

/// <summary>The list of what apk has installed: a paragraph for each package, a letter for each field.</summary>
internal static class AlpinePackages
{
    public static IEnumerable<InstalledPackage> Read(string text)
    {
        Dictionary<char, string> fields = [];
        foreach (string line in text.Split('\n').Append(""))
        {
            if (line.Length > 1 && line[1] == ':') fields.TryAdd(line[0], line[2..].Trim());
            if (line.Length > 0) continue;
            if (fields.TryGetValue('P', out string? name) && fields.TryGetValue('V', out string? version))
                yield return new InstalledPackage("apk", name, version, fields.GetValueOrDefault('A', ""),
                    fields.GetValueOrDefault('o', ""), fields.GetValueOrDefault('m', ""), fields.GetValueOrDefault('L', ""));
            fields.Clear();
        }
    }
}
