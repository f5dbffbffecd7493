using Gantry.Cli.CommandLine;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Cli.Containers.Copy;

/// <summary>A file or directory of this machine that is to be copied.</summary>
/// <param name="Directory">That holds it.</param>
/// <param name="Entry">Its name there.</param>
/// <param name="Name">The name to copy it by; <c>.</c> for the content of a directory.</param>
internal sealed record LocalPath(string Directory, string Entry, string Name, bool IsDirectory)
{
    /// <param name="followLink">Copy what a link leads to, by the link's name. A slash or dot behind it asks for the same.</param>
    public static LocalPath Find(string path, bool followLink)
    {
        bool content = LocalFiles.IsContent(path), throughLink = content || path.EndsWith('/');
        string asked = LocalFiles.Absolute(path), found = LocalFiles.Resolve(asked, followLink || throughLink);
        int errno = LocalFiles.TryStatus(found, out FileStatus status);
        if (errno != 0) throw LocalFiles.Failed("lstat", found, errno);
        bool isDirectory = status.Kind == FileKind.Directory;
        if (throughLink && !isDirectory) throw new CliException("not a directory");
        (string directory, string entry) = LocalFiles.Split(found);
        return new LocalPath(directory, entry, content || asked == "/" ? "." : LocalFiles.Split(asked).Name, isDirectory);
    }
}
