using Gantry.Linux.Files;

namespace Gantry.Linux.Trees;

/// <summary>A directory that holds nothing but what the engine, the host's administrator or the kernel put there;
/// so its names are text.</summary>
/// <remarks>What containers made is read through <see cref="DirectoryHandle"/> alone: there a name may be any bytes, a path longer than a
/// path can be, and a link lead anywhere.</remarks>
public static class OwnDirectory
{
    /// <summary>Paths of the directories in it, sorted.</summary>
    /// <param name="followLinks">Whether a link to one counts, for what an administrator has moved to another disk.</param>
    public static IReadOnlyList<string> Directories(string path, bool followLinks = true) => [.. Of(path, FileKind.Directory, followLinks)];

    /// <summary>Paths of the regular files in it, sorted, and of links to such; a FIFO or a device is none,
    /// so that reading one never hangs.</summary>
    /// <param name="suffix">With which their names end.</param>
    public static IReadOnlyList<string> Files(string path, string suffix = "") =>
        [.. Of(path, FileKind.Regular, true).Where(file => file.EndsWith(suffix, StringComparison.Ordinal))];

    /// <summary>Nobody else passes: layers have programs that make whoever executes them root, and devices (CVE-2021-41091).</summary>
    public const UnixFileMode OwnerOnly = (UnixFileMode)Octal.O700;

    /// <summary>Paths of all that is in it, sorted.</summary>
    public static IReadOnlyList<string> All(string path) => [.. Entries(path).Select(entry => entry.Path)];

    /// <summary>Paths of all that is in it, sorted, with what each is; a link is one.</summary>
    public static IReadOnlyList<(string Path, FileKind? Kind)> Entries(string path)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        List<(string, FileKind?)> entries = [];
        foreach (DirectoryEntry entry in directory.SortedEntries())
        {
            string name = PathBytes.Show(entry.Name);
            // A name that is no text comes back as another one: it is not one that we gave.
            if (PathBytes.Of(name).AsSpan().SequenceEqual(entry.Name)) entries.Add((Path.Combine(path, name), KindOf(directory, entry)));
        }
        return entries;
    }

    /// <summary>How many names it has.</summary>
    public static int Count(string path)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        return directory.Entries().Count;
    }

    /// <summary>
    /// Makes the directory where it is missing, and those above it, and gives one that is there the mode.
    /// What has such a place and is none is moved aside, so that it keeps nobody from starting.
    /// </summary>
    /// <returns>Where that was moved to.</returns>
    public static string? Make(string path, UnixFileMode mode)
    {
        string? aside = null;
        for (string? place = path; place is not null && !Directory.Exists(place); place = Path.GetDirectoryName(place))
        {
            // A link that leads nowhere is there too.
            if (File.Exists(place) || LinkOf(place) is not null) aside = JsonFile.SetAside(place);
        }
        Directory.CreateDirectory(path, mode);
        SetMode(path, mode);
        return aside;
    }

    /// <summary>What is no directory, or a link to one, stays as it is: that is the administrator's.</summary>
    public static void SetMode(string path, UnixFileMode mode)
    {
        if (LinkOf(path) is not null || !Directory.Exists(path) || File.GetUnixFileMode(path) == mode) return;
        try
        {
            File.SetUnixFileMode(path, mode);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // Immutable, or on a disk that has become read-only: what is in there shall work all the same,
            // and those above it are closed too.
        }
    }

    private static string? LinkOf(string path) => new FileInfo(path).LinkTarget;

    private static IEnumerable<string> Of(string path, FileKind wanted, bool followLinks) =>
        Entries(path).Where(entry => wanted == (entry.Kind == FileKind.Link && followLinks ? FileNature.KindOf(entry.Path) : entry.Kind))
            .Select(entry => entry.Path);

    private static FileKind? KindOf(DirectoryHandle directory, DirectoryEntry entry) =>
        entry.Kind ?? (directory.TryStatus(entry.Name, out FileStatus status) == 0 ? status.Kind : null);
}
