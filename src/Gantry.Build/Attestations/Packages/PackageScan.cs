using Gantry.Linux.Trees;

namespace Gantry.Build.Attestations.Packages;

/// <summary>Finds what packages a tree has, by the lists of Debian's dpkg (also as images without dpkg have them) and Alpine's apk.
/// </summary>
public sealed record PackageScan(string Distribution, string Release, IReadOnlyList<InstalledPackage> Packages)
{
    private const int Most = 200_000;

    /// <exception cref="GantryException">Invalid: a list is larger than any is.</exception>
    public static PackageScan Run(DirectoryHandle root)
    {
        List<InstalledPackage> packages = [];
        IEnumerable<string> debian = TreeText.ReadAll(root, "var/lib/dpkg/status.d");
        if (TreeText.Read(root, "var/lib/dpkg/status") is { } status) debian = debian.Prepend(status);
        foreach (string text in debian) Add(DebianPackages.Read(text));
        if ((TreeText.Read(root, "lib/apk/db/installed") ?? TreeText.Read(root, "usr/lib/apk/db/installed")) is { } alpine)
            Add(AlpinePackages.Read(alpine));
        Dictionary<string, string> release =
            Values(TreeText.Read(root, "usr/lib/os-release") ?? TreeText.Read(root, "etc/os-release") ?? "");
        return new PackageScan(release.GetValueOrDefault("ID", ""), release.GetValueOrDefault("VERSION_ID", ""),
            [.. packages.Distinct().OrderBy(package => package.Name, StringComparer.Ordinal)]);

        void Add(IEnumerable<InstalledPackage> found)
        {
            foreach (InstalledPackage package in found)
            {
                if (packages.Count == Most) throw GantryException.Invalid($"the scan for packages finds more than {Most}");
                packages.Add(package);
            }
        }
    }

    private static Dictionary<string, string> Values(string text)
    {
        Dictionary<string, string> values = [];
        foreach (string line in text.Split('\n'))
            if (line.IndexOf('=') is > 0 and var equals) values[line[..equals].Trim()] = line[(equals + 1)..].Trim().Trim('"', '\'');
        return values;
    }
}
