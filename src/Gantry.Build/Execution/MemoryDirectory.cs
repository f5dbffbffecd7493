using System.Security.Cryptography;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Execution;

/// <summary>Where the files of a step lie that a secret is among: in memory, never on a disk.</summary>
internal static class MemoryDirectory
{
    /// <summary>Where every host has a tmpfs.</summary>
    private static readonly string[] Usual = ["/run", "/dev/shm"];

    /// <returns>That of all steps where it is in memory; another one otherwise.</returns>
    /// <exception cref="GantryException">Unavailable: the host has no such place.</exception>
    public static string Find(BuildSettings settings)
    {
        OwnDirectory.Make(settings.RunDirectory, OwnDirectory.OwnerOnly);
        if (IsInMemory(settings.RunDirectory)) return settings.RunDirectory;
        foreach (string path in Others(settings))
        {
            if (!Directory.Exists(Path.GetDirectoryName(path)) || !IsInMemory(Path.GetDirectoryName(path)!)) continue;
            OwnDirectory.Make(path, OwnDirectory.OwnerOnly);
            // Anybody can make names in one of these.
            if (IsOurs(path)) return path;
        }
        throw GantryException.Unavailable("a step with a secret needs a directory in memory, and neither the engine's nor "
            + $"{string.Join(" nor ", Usual)} is a tmpfs: start gantryd with --exec-root on one");
    }

    /// <summary>A step is over: another place than that of all steps goes with the last.</summary>
    public static void Leave(BuildSettings settings, StepPaths paths)
    {
        string path = Path.GetDirectoryName(paths.Bundle)!;
        if (path == settings.RunDirectory) return;
        using DirectoryHandle parent = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        // Refused while another step has something in it.
        parent.TryRemoveDirectory(PathBytes.Of(Path.GetFileName(path)));
    }

    /// <summary>Where else there may be some, of this engine alone.</summary>
    public static IEnumerable<string> Others(BuildSettings settings)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(ByteText.Bytes(settings.RunDirectory)))[..16];
        return Usual.Select(path => $"{path}/gantry-builds-{name}");
    }

    private static bool IsInMemory(string path)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        return directory.FileSystem is FileNature.Tmpfs or FileNature.Ramfs;
    }

    private static bool IsOurs(string path)
    {
        using DirectoryHandle parent = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        return parent.TryStatus(PathBytes.Of(Path.GetFileName(path)), out FileStatus status) == 0
            && status is { Kind: FileKind.Directory, Uid: 0, Mode: Octal.O700 };
    }
}
