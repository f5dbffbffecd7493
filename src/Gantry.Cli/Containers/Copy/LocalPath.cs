namespace Gantry.Cli;

/// <summary>A file or directory of this machine that is to be copied.</summary>
/// <param name="Directory">That holds it.</param>
/// <param name="Entry">Its name there.</param>
/// <param name="Name">The name to copy it by; <c>.</c> for the content of a directory.</param>
internal sealed record LocalPath(string Directory, string Entry, string Name, bool IsDirectory)
{
    public static LocalPath Find(string path, bool followLink)
    {
        string full = Path.GetFullPath(path);
        bool content = path.EndsWith("/.", StringComparison.Ordinal) || path is ".", throughLink = content || path.EndsWith('/');
        (_, string name) = Split(full);
        FileSystemInfo entry = EntryAt(full) ?? throw new CliException($"lstat {full}: no such file or directory");
        if ((followLink || throughLink) && entry.LinkTarget is not null)
        {
            entry = entry.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } target ? target : throw new CliException($"stat {full}: no such file or directory");
            full = entry.FullName;
        }
        bool isDirectory = entry is DirectoryInfo && entry.LinkTarget is null;
        if (throughLink && !isDirectory) throw new CliException($"lstat {path}: not a directory");
        (string directory, string own) = Split(full);
        return new LocalPath(directory, own, content ? "." : name, isDirectory);
    }

    /// <summary>Refuses a target that cannot be, before anything is asked of the daemon.</summary>
    public static void CheckDirectory(string target)
    {
        (string directory, _) = Split(Path.GetFullPath(target));
        if (!System.IO.Directory.Exists(directory)) throw new CliException($"invalid output path: directory \"{directory}\" does not exist");
    }

    /// <returns>What is at the path, links followed: true for a directory, null for nothing.</returns>
    public static bool? Kind(string path) => System.IO.Directory.Exists(path) ? true : File.Exists(path) ? false : null;

    /// <returns>The parent and the last part of a path; a slash or a dot at the end counts for nothing.</returns>
    public static (string Directory, string Name) Split(string path)
    {
        string plain = path.EndsWith("/.", StringComparison.Ordinal) ? path[..^2] : path;
        plain = plain.TrimEnd('/');
        int slash = plain.LastIndexOf('/');
        return slash <= 0 ? ("/", plain[(slash + 1)..]) : (plain[..slash], plain[(slash + 1)..]);
    }

    private static FileSystemInfo? EntryAt(string path)
    {
        string plain = path.Length > 1 ? path.TrimEnd('/') : path;
        FileInfo file = new(plain);
        if (file.LinkTarget is not null || file.Exists) return file;
        return System.IO.Directory.Exists(plain) ? new DirectoryInfo(plain) : null;
    }
}
