using Gantry.Linux.Trees;

namespace Gantry.Build.Attestations.Packages;

/// <summary>Finds what packages a tree has, by the lists of Debian's dpkg (also as images without dpkg have them) and Alpine's apk.
/// </summary>
public sealed record PackageScan(string Distribution, string Release, IReadOnlyList<InstalledPackage> Packages)
{
    private const string Debian = "var/lib/dpkg/status", DebianFiles = "var/lib/dpkg/status.d";

    private static readonly string[] Alpine = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

    private static readonly string[] Releases = ["usr/lib/os-release", "etc/os-release"];

    /// <exception cref="GantryException">Invalid: a list is larger than any is.</exception>
    public static PackageScan Run(DirectoryHandle root)
    {
        TreeText text = new(root);
        PackageList packages = new();
        DebianPackages debian = new(package => packages.Add(package, text.Path));
        if (text.Read(Debian, debian.Read)) debian.End();
        text.ReadAll(DebianFiles, debian.Read, debian.End);
        AlpinePackages alpine = new(package => packages.Add(package, text.Path));
        foreach (string list in Alpine)
        {
            if (!text.Read(list, alpine.Read)) continue;
            alpine.End();
            break;
        }
        OsRelease release = new();
        if (!text.Read(Releases[0], release.Read)) text.Read(Releases[1], release.Read);
        return new PackageScan(release.Id, release.Version,
            [.. packages.All.OrderBy(package => package.Name, StringComparer.Ordinal)]);
    }
}
