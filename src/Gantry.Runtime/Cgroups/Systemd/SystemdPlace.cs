namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>What <c>slice:prefix:name</c> says, the form of cgroupsPath where systemd makes the cgroups.</summary>
/// <param name="Slice">The slice around the unit; of a slice unit, its parent.</param>
/// <param name="Path">The unit's cgroup below that of its manager.</param>
internal sealed record SystemdPlace(string Unit, string Slice, string Path)
{
    public const string SliceSuffix = ".slice", RootSlice = "-.slice";
    private const string OwnPrefix = "gantry";

    public bool IsSlice => Unit.EndsWith(SliceSuffix, StringComparison.Ordinal);

    /// <param name="forUser">By a user's own manager, which has other slices.</param>
    public static SystemdPlace Parse(string? cgroupsPath, string id, bool forUser)
    {
        string[] parts = string.IsNullOrEmpty(cgroupsPath) ? ["", OwnPrefix, id] : cgroupsPath.Split(':');
        if (parts.Length != 3)
            throw Invalid(cgroupsPath,
                "with --systemd-cgroup it has the form slice:prefix:name, such as system.slice:gantry:web, and not that of a path");
        (string slice, string prefix, string name) = (parts[0], parts[1], parts[2].Length > 0 ? parts[2] : id);
        if (slice.Length == 0) slice = forUser ? "user.slice" : "system.slice";
        string sliceDirectory = Expand(slice)
            ?? throw Invalid(cgroupsPath, $"\"{slice}\" is no slice: names joined by single dashes before .slice");
        if (name.Contains('/')) throw Invalid(cgroupsPath, $"\"{name}\" is no name of a unit");
        if (!name.EndsWith(SliceSuffix, StringComparison.Ordinal))
        {
            string scope = prefix.Length > 0 ? $"{prefix}-{name}.scope" : $"{name}.scope";
            return prefix.Contains('/') ? throw Invalid(cgroupsPath, $"\"{scope}\" is no name of a unit")
                : new SystemdPlace(scope, slice, $"{sliceDirectory}/{scope}");
        }
        string directory = Expand(name) is { Length: > 0 } made ? made
            : throw Invalid(cgroupsPath, $"\"{name}\" is no slice that can be made");
        string stem = name[..^SliceSuffix.Length];
        return new SystemdPlace(name, stem.LastIndexOf('-') is > 0 and int dash ? stem[..dash] + SliceSuffix : RootSlice, directory);
    }

    /// <summary>systemd.slice(5): the name tells the place in the tree. <c>a-b.slice</c> lies in <c>a.slice</c>;
    /// <c>-.slice</c> is the root.</summary>
    /// <returns>Null when it is no slice's name.</returns>
    public static string? Expand(string slice)
    {
        if (slice == RootSlice) return "";
        if (slice.Length <= SliceSuffix.Length || !slice.EndsWith(SliceSuffix, StringComparison.Ordinal) || slice.Contains('/'))
            return null;
        string path = "", name = "";
        foreach (string part in slice[..^SliceSuffix.Length].Split('-'))
        {
            if (part.Length == 0) return null;
            name = name.Length == 0 ? part : $"{name}-{part}";
            path += $"/{name}{SliceSuffix}";
        }
        return path;
    }

    private static GantryException Invalid(string? cgroupsPath, string why) =>
        GantryException.Invalid($"cgroupsPath \"{cgroupsPath}\": {why}");
}
