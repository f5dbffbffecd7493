namespace Gantry.Linux.Trees;

/// <summary>A directory that holds nothing but what the engine, or the host's administrator, put there; so its names are text.</summary>
/// <remarks>What containers made is read through <see cref="DirectoryHandle"/> alone: there a name may be any bytes, a path longer than a path can be, and a link lead anywhere.</remarks>
public static class OwnDirectory
{
    /// <summary>Paths of the directories in it; a link is none. What is no directory of ours to begin with has none.</summary>
    public static IReadOnlyList<string> Directories(string path) => Of(path, FileKind.Directory);

    /// <summary>Paths of the regular files in it; a link, a FIFO or a device is none, so that reading one never hangs.</summary>
    public static IReadOnlyList<string> Files(string path) => Of(path, FileKind.Regular);

    /// <summary>Nobody else passes: layers have programs that make whoever executes them root, and devices (CVE-2021-41091).</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the directory where it is missing, and gives one that is there the mode. What has its place and is none is moved aside, so that it keeps nobody from starting.</summary>
    /// <returns>Where that was moved to.</returns>
    public static string? Make(string path, UnixFileMode mode)
    {
        string? aside = null;
        if (File.Exists(path) || (!Directory.Exists(path) && LinkOf(path) is not null)) File.Move(path, aside = path + ".damaged", overwrite: true);
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Immutable, or on a disk that has become read-only: what is in there shall work all the same, and those above it are closed too.
        }
    }

    private static string? LinkOf(string path) => new FileInfo(path).LinkTarget;

    private static List<string> Of(string path, FileKind kind)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        List<string> found = [];
        foreach (DirectoryEntry entry in directory.SortedEntries())
        {
            FileKind? known = entry.Kind ?? (directory.TryStatus(entry.Name, out FileStatus status) == 0 ? status.Kind : null);
            // A name that is no text comes back as another one: it is not one that we gave.
            if (known == kind && PathBytes.Of(PathBytes.Show(entry.Name)).AsSpan().SequenceEqual(entry.Name)) found.Add(Path.Combine(path, PathBytes.Show(entry.Name)));
        }
        return found;
    }
}
