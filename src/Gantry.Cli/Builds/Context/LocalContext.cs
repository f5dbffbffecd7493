using System.Security.Cryptography;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Cli.Builds.Context;

/// <summary>A directory of this machine as a context: what its <c>.dockerignore</c> leaves of it, owned by root.</summary>
/// <remarks>
/// The Dockerfile and the files of patterns always go along: the daemon reads them, and leaves them out of what is copied itself.
/// A Dockerfile from elsewhere goes under a name that nobody has, and that is left out of copies too.
/// </remarks>
internal sealed class LocalContext
{
    private const string Default = "Dockerfile", Ignore = ".dockerignore";
    private static readonly byte[] IgnoreName = PathBytes.Of(Ignore);

    private readonly string _directory;
    private readonly IgnorePatterns? _patterns;
    /// <summary>Names that no pattern leaves out.</summary>
    private readonly List<byte[]> _always = [IgnoreName];
    /// <summary>Files that are not in the directory, or not like this.</summary>
    private readonly List<(string Name, byte[] Content)> _added = [];

    /// <param name="directory">Absolute and without links.</param>
    /// <param name="file">Relative to the working directory; empty for the context's own, <c>-</c> for standard input.</param>
    public static BuildContext Open(string directory, string file)
    {
        LocalContext context;
        string dockerfile;
        Dictionary<string, byte[]> files = [];
        Offer(files, Ignore, $"{directory}/{Ignore}");
        if (file == BuildContext.StandardInput)
        {
            byte[] text = InputContext.ReadText(StandardStreams.RawIn);
            context = new LocalContext(directory, IgnoreFile.Find([$"{directory}/{Ignore}"]));
            dockerfile = context.AddDockerfile(text);
            files.Add(Default, text);
        }
        else
        {
            string found = FindDockerfile(directory, file), prefix = directory == "/" ? "/" : directory + "/";
            bool isInside = found.StartsWith(prefix, StringComparison.Ordinal);
            context = new LocalContext(directory, IgnoreFile.Find([found + Ignore, $"{directory}/{Ignore}"]));
            byte[] text = LocalFiles.Read(found, SourceFile.MaxLength);
            dockerfile = isInside ? found[prefix.Length..] : context.AddDockerfile(text);
            string offered = isInside ? dockerfile : Default;
            files[offered] = text;
            Offer(files, offered + Ignore, found + Ignore);
            context._always.AddRange([PathBytes.Of(dockerfile), PathBytes.Of(dockerfile + Ignore)]);
        }
        string name = files.ContainsKey(dockerfile) ? dockerfile : Default;
        return new BuildContext(dockerfile, null, stream => context.Write(stream, []))
        {
            Add = context.Write, Offer = new LocalFilesOffer(directory, name, files), Small = context.TryArchive,
        };
    }

    private static void Offer(Dictionary<string, byte[]> files, string name, string path)
    {
        if (LocalFiles.TryRead(path, SourceFile.MaxLength) is { } content) files[name] = content;
    }

    /// <summary>A directory that files are copied from, and that has no Dockerfile.</summary>
    /// <param name="directory">Absolute and without links.</param>
    public static LocalContext OfFiles(string directory)
    {
        LocalContext context = new(directory, IgnoreFile.Find([$"{directory.TrimEnd('/')}/{Ignore}"]));
        context._always.Clear();
        return context;
    }

    /// <summary>Patterns of what stays here.</summary>
    public IReadOnlyList<string> Left => _patterns?.Texts ?? [];

    private LocalContext(string directory, IgnorePatterns? patterns) => (_directory, _patterns) = (directory, patterns);

    private static string FindDockerfile(string directory, string file)
    {
        string asked = file.Length > 0 ? LocalFiles.Absolute(file) : $"{directory.TrimEnd('/')}/{Default}";
        string found = LocalFiles.Resolve(asked, followLast: true);
        int errno = LocalFiles.TryStatus(found, out FileStatus status);
        if (errno == Errno.ENOENT && file.Length == 0)
        {
            // Some write it small, and Docker finds it.
            string small = LocalFiles.Resolve($"{directory.TrimEnd('/')}/{Default.ToLowerInvariant()}", followLast: true);
            if (LocalFiles.TryStatus(small, out status) == 0) (found, errno) = (small, 0);
        }
        if (errno != 0)
            throw BuildContext.Refuse($"unable to evaluate symlinks in Dockerfile path: lstat {found}: {Errno.Message(errno)}");
        return status.Kind == FileKind.Regular ? found : throw BuildContext.Refuse($"the Dockerfile {found} is no regular file");
    }

    /// <summary>The same text has the same name, so that a build finds what it kept of the last one.</summary>
    private string AddDockerfile(byte[] text)
    {
        string name = $".dockerfile.{Convert.ToHexStringLower(SHA256.HashData(text))[..20]}";
        // Without patterns of the user's own nobody copies the file of patterns either.
        byte[] ignored = LocalFiles.TryRead($"{_directory}/{Ignore}", SourceFile.MaxLength) ?? IgnoreName;
        _added.Add((name, text));
        _added.Add((Ignore, [.. ignored, .. PathBytes.Of($"\n{name}\n")]));
        return name;
    }

    private void Write(Stream stream, IReadOnlyList<(string Place, LocalContext Files)> others)
    {
        // Not disposed when something fails: an end mark would make half an archive a whole one.
        TarWriter tar = new(stream);
        WriteFiles(tar, "");
        foreach ((string name, byte[] content) in _added) tar.WriteFile(name, content, InputContext.Now());
        foreach ((string place, LocalContext files) in others)
        {
            // Also for one in which nothing is.
            tar.WriteDirectory(place, InputContext.Now());
            files.WriteFiles(tar, place);
        }
        tar.Dispose();
    }

    /// <summary>All of it where that is little, with all that a session would tell of it.</summary>
    private byte[]? TryArchive()
    {
        // What is no file of the directory is better told apart from it.
        if (_added.Count > 0 || !IsShort()) return null;
        SmallArchive archive = new();
        try
        {
            using TarWriter tar = new(archive);
            WriteFiles(tar, "", capabilitiesAlone: false);
        }
        catch (Exception e) when (e is SmallArchive.TooLargeException or CliException or GantryException or KernelException)
        {
            // What cannot be read may be what no step wants.
            return null;
        }
        return archive.Content;
    }

    /// <summary>Long lists of names are not read twice.</summary>
    private bool IsShort()
    {
        using DirectoryHandle directory = LocalFiles.Open(_directory);
        return directory.TryStatus([], out FileStatus status) == 0 && status.Size < SmallArchive.MaxSize;
    }

    /// <param name="capabilitiesAlone">Of attributes; Docker's client tells no others.</param>
    private void WriteFiles(TarWriter tar, string place, bool capabilitiesAlone = true)
    {
        byte[] below = PathBytes.Of(place);
        int skipped = below.Length > 0 ? below.Length + 1 : 0;
        TreeArchive archive = new(tar)
        {
            WholeSeconds = true, Owner = (0, 0), CapabilitiesAlone = capabilitiesAlone,
            Choose = (path, kind) => Choose(path[skipped..], kind),
        };
        using DirectoryHandle directory = LocalFiles.Open(_directory);
        try
        {
            archive.AddContent(directory, below);
        }
        catch (KernelException e) when (e.Errno == Errno.EACCES)
        {
            string path = $"{_directory.TrimEnd('/')}/{e.Path?[skipped..]}";
            string reason = e.Step == "open" ? "no permission to read from" : "can't stat";
            throw new CliException($"error checking context: {reason} '{path}'");
        }
    }

    private TreeChoice Choose(byte[] path, FileKind kind)
    {
        if (_added.Exists(file => PathBytes.Of(file.Name).AsSpan().SequenceEqual(path))) return TreeChoice.LeaveOut;
        if (_patterns is null || _always.Exists(name => name.AsSpan().SequenceEqual(path)) || !_patterns.IsExcluded(path))
            return TreeChoice.Take;
        if (kind != FileKind.Directory) return TreeChoice.LeaveOut;
        byte[] below = [.. path, (byte)'/'];
        return _patterns.MayIncludeBelow(ByteText.Of(path)) || _always.Exists(name => name.AsSpan().StartsWith(below))
            ? TreeChoice.LookInside : TreeChoice.LeaveOut;
    }
}
