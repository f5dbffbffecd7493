using Gantry.Build.Attestations.Packages;

namespace Gantry.Build.Attestations;

/// <summary>Addresses of packages and images: package-url.</summary>
internal static class PackageAddress
{
    public static string Of(InstalledPackage package, PackageScan scan)
    {
        string distribution = scan.Distribution.Length > 0 ? scan.Distribution : package.Kind == "apk" ? "alpine" : "debian";
        List<string> qualifiers = [];
        if (package.Architecture.Length > 0) qualifiers.Add($"arch={Escape(package.Architecture)}");
        if (scan.Release.Length > 0) qualifiers.Add($"distro={Escape($"{distribution}-{scan.Release}")}");
        return $"pkg:{package.Kind}/{Escape(distribution)}/{Escape(package.Name)}@{Escape(package.Version)}"
            + (qualifiers.Count > 0 ? "?" + string.Join('&', qualifiers) : "");
    }

    /// <param name="name">As people write it, with a tag.</param>
    /// <param name="digest">Of its manifest; null where it has none by its name.</param>
    public static string OfImage(string name, string platform, string? digest = null)
    {
        int colon = name.LastIndexOf(':');
        string tagged = colon > name.LastIndexOf('/') ? $"{name[..colon]}@{Escape(name[(colon + 1)..])}" : name;
        return $"pkg:docker/{tagged}?{(digest is null ? "" : $"digest={digest}&")}platform={Escape(platform)}";
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
