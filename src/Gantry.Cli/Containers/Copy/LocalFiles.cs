using Gantry.Cli.CommandLine;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Layers;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Cli.Containers.Copy;

/// <summary>Paths of this machine, whatever bytes they are of.</summary>
internal static class LocalFiles
{
    private static readonly DirectoryHandle Root = DirectoryHandle.Open("/");

    /// <summary>Absolute and without dots; no link is looked at.</summary>
    public static string Absolute(string path)
    {
        string plain = Path.GetFullPath(path, path.StartsWith('/') ? "/" : WorkingDirectory());
        return plain.Length > 1 ? plain.TrimEnd('/') : plain;
    }

    /// <summary>The same without links on the way.</summary>
    /// <param name="followLast">Also the last part; one that leads nowhere is the name that it leads to.</param>
    public static string Resolve(string absolute, bool followLast) =>
        "/" + ByteText.Of(LinkResolution.Resolve(Root, PathBytes.Of(absolute), followLast));

    /// <param name="resolved">A link in its last part is one.</param>
    /// <returns>An errno.</returns>
    public static int TryStatus(string resolved, out FileStatus status)
    {
        (string directory, string name) = Split(resolved);
        status = default;
        int errno = TryOpen(directory, out DirectoryHandle? parent);
        if (errno != 0) return errno;
        using (parent) return parent!.TryStatus(PathBytes.Of(name), out status);
    }

    public static int TryOpen(string absolute, out DirectoryHandle? directory) => Root.TryOpenInRoot(PathBytes.Of(absolute), out directory);

    /// <exception cref="CliException">There is none, or it may not be entered.</exception>
    public static DirectoryHandle Open(string absolute) =>
        TryOpen(absolute, out DirectoryHandle? directory) is var errno && errno == 0 ? directory! : throw Failed("open", absolute, errno);

    /// <summary>The whole of a small file; links on its way are followed.</summary>
    /// <exception cref="CliException">It is longer, is none, or cannot be read.</exception>
    public static byte[] Read(string absolute, int limit) => TryRead(absolute, limit) ?? throw Failed("open", absolute, Errno.ENOENT);

    /// <returns>Null where there is no such file.</returns>
    /// <inheritdoc cref="Read"/>
    public static byte[]? TryRead(string absolute, int limit)
    {
        string resolved = Resolve(absolute, followLast: true);
        (string directory, string name) = Split(resolved);
        int errno = TryStatus(resolved, out FileStatus status);
        if (errno is Errno.ENOENT or Errno.ENOTDIR) return null;
        if (errno != 0) throw Failed("lstat", resolved, errno);
        if (status.Kind == FileKind.Directory) throw Failed("read", absolute, Errno.EISDIR);
        if (status.Kind != FileKind.Regular) throw new CliException($"read {absolute}: not a regular file");
        using DirectoryHandle parent = Open(directory);
        errno = parent.TryOpenFile(PathBytes.Of(name), out SafeFileHandle? file);
        if (errno != 0) throw Failed("open", absolute, errno);
        using (file) return ReadAll(file!, absolute, limit);
    }

    private static byte[] ReadAll(SafeFileHandle file, string path, int limit)
    {
        using MemoryStream content = new();
        byte[] piece = new byte[64 << 10];
        while (RandomAccess.Read(file, piece, content.Length) is > 0 and int count)
        {
            if (content.Length + count > limit) throw new CliException($"read {path}: longer than {limit} bytes");
            content.Write(piece, 0, count);
        }
        return content.ToArray();
    }

    public static CliException Failed(string step, string path, int errno) => new($"{step} {path}: {Errno.Message(errno)}");

    /// <summary>Whether a path asks for what is in a directory: its last part is a dot.</summary>
    public static bool IsContent(string path) =>
        path.TrimEnd('/') is var plain && (plain == "." || plain.EndsWith("/.", StringComparison.Ordinal));

    /// <returns>The parent and the last part of a path; a slash or a dot at the end counts for nothing.</returns>
    public static (string Directory, string Name) Split(string path)
    {
        string plain = path.TrimEnd('/');
        if (plain.EndsWith("/.", StringComparison.Ordinal)) plain = plain[..^2].TrimEnd('/');
        int slash = plain.LastIndexOf('/');
        return slash <= 0 ? ("/", plain[(slash + 1)..]) : (plain[..slash], plain[(slash + 1)..]);
    }

    private static string WorkingDirectory()
    {
        using DirectoryHandle self = DirectoryHandle.Open("/proc/self");
        return self.ReadLink("cwd"u8) is { } path ? ByteText.Of(path) : throw new CliException("the working directory has no name");
    }
}
