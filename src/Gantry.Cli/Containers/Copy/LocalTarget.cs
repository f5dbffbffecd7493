using Gantry.Cli.CommandLine;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Cli.Containers.Copy;

/// <summary>Where on this machine a copy shall go.</summary>
/// <param name="Path">Without links; with the slash that was behind it.</param>
/// <param name="IsDirectory">Of what is there now; null for nothing.</param>
internal sealed record LocalTarget(string Path, bool? IsDirectory)
{
    /// <summary>Looks before anything is asked of the daemon, and refuses what cannot be.</summary>
    public static LocalTarget Find(string path)
    {
        bool mustBeDirectory = path.EndsWith('/') || LocalFiles.IsContent(path);
        string absolute = LocalFiles.Absolute(path), asked = mustBeDirectory && absolute != "/" ? absolute + "/" : absolute,
            parent = LocalFiles.Split(absolute).Directory;
        if (LocalFiles.TryStatus(LocalFiles.Resolve(parent, followLast: true), out _) == Errno.ENOENT)
            throw new CliException($"invalid output path: directory \"{parent}\" does not exist");
        string found = LocalFiles.Resolve(absolute, followLast: true);
        int errno = LocalFiles.TryStatus(found, out FileStatus status);
        bool isDirectory = status.Kind == FileKind.Directory;
        if (errno == 0 && mustBeDirectory && !isDirectory) errno = Errno.ENOTDIR;
        if (errno is not (0 or Errno.ENOENT)) throw LocalFiles.Failed("stat", asked, errno);
        if (status.Kind is FileKind.CharacterDevice or FileKind.BlockDevice)
            throw new CliException($"invalid output path: \"{absolute}\" must be a directory or a regular file: got a device");
        if (errno == Errno.ENOENT && LocalFiles.Split(found).Directory is var holder
            && LocalFiles.TryStatus(holder, out _) is var missing and not 0) throw LocalFiles.Failed("stat", holder, missing);
        return new LocalTarget(mustBeDirectory ? found.TrimEnd('/') + "/" : found, errno == 0 ? isDirectory : null);
    }
}
