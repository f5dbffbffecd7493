using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Files;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Build.Contexts;

/// <summary>A build's context, received whole into a directory of its own; what is left out of it is not there.</summary>
/// <remarks>Belongs to one build. Disposing it removes the directory. Nobody writes into it once it is received.</remarks>
public sealed class ContextDirectory : ISourceTree, IDisposable
{
    /// <summary>More is no source tree, and would fill disk and memory with names.</summary>
    public const long MaxEntries = 4_000_000;
    /// <summary>Content in bytes, holes included.</summary>
    public const long MaxSize = 256L << 30;

    private const int SmallSize = 64 << 10;

    private readonly string _path;
    /// <summary>By inode: an archive may write one file under several names, and through links of its own.</summary>
    private readonly Dictionary<ulong, byte[]> _digests;
    private readonly Dictionary<string, ContextDirectory> _apart = [];
    private ulong _device;

    private ContextDirectory(string path, Dictionary<ulong, byte[]> digests)
    {
        Directory.CreateDirectory(path, OwnDirectory.OwnerOnly);
        // Who has it mounted in a step may be anybody; on the host nobody gets as far as here.
        Node.SetMode(null, path, Octal.O755);
        (_path, _digests) = (path, digests);
        Root = DirectoryHandle.Open(path);
    }

    public DirectoryHandle Root { get; }

    public string HostPath => _path;

    /// <summary>The text of the Dockerfile, which can be read though <c>.dockerignore</c> leaves it out.</summary>
    public string Dockerfile { get; private set; } = "";

    /// <summary>What was left out.</summary>
    public IgnorePatterns Ignored { get; private set; } = IgnorePatterns.Of([]);

    /// <param name="archive">A tar archive, compressed in any way that is known; read to its end.</param>
    /// <param name="path">A directory that is not there yet, where nobody else passes.</param>
    /// <param name="dockerfile">In the context; empty for <c>Dockerfile</c>.</param>
    /// <param name="apart">Other contexts that the archive has besides, by their places in it and where they go: see
    /// <see cref="Apart"/>.</param>
    /// <exception cref="GantryException">Invalid: the archive is damaged or hostile, or larger than allowed; the Dockerfile is missing,
    /// in Docker's words. Nothing is left then.</exception>
    /// <exception cref="Dockerfile.Lexing.DockerfileException">The ignore file has a wrong pattern.</exception>
    public static ContextDirectory Receive(Stream archive, string path, string dockerfile, CancellationToken cancellation,
        LayerLimits? limits = null, IReadOnlyDictionary<string, string>? apart = null) => Make(path, context =>
    {
        context.Unpack(archive, limits ?? Allowed, cancellation);
        foreach ((string place, string other) in apart ?? new Dictionary<string, string>()) context.TakeApart(place, other);
        context.Read(dockerfile, cancellation);
    });

    /// <summary>Files that are copied from, without a Dockerfile.</summary>
    /// <inheritdoc cref="Receive"/>
    public static ContextDirectory ReceiveFiles(Stream archive, string path, CancellationToken cancellation) =>
        Make(path, context => context.Unpack(archive, Allowed, cancellation));

    private static LayerLimits Allowed => new() { MaxEntries = MaxEntries, MaxSize = MaxSize };

    /// <summary>Contexts that came along, by their places; they go with this one.</summary>
    public IReadOnlyDictionary<string, ContextDirectory> Apart => _apart;

    /// <summary>A Dockerfile alone.</summary>
    /// <inheritdoc cref="Receive"/>
    public static ContextDirectory OfDockerfile(ReadOnlySpan<byte> text, string path)
    {
        byte[] content = text.ToArray();
        return Make(path, context =>
        {
            File.WriteAllBytes(Path.Combine(path, ContextFiles.DefaultDockerfile), content);
            context.Read(ContextFiles.DefaultDockerfile, CancellationToken.None);
        });
    }

    /// <summary>A directory that was filled by somebody else, such as git, and that this takes over.</summary>
    /// <inheritdoc cref="Receive"/>
    /// <param name="dockerfile">Null for files that are copied from alone.</param>
    public static ContextDirectory Of(string path, string? dockerfile, CancellationToken cancellation) => Make(path, context =>
    {
        if (dockerfile is not null) context.Read(dockerfile, cancellation);
    });

    private static ContextDirectory Make(string path, Action<ContextDirectory> fill)
    {
        ContextDirectory context = new(path, []);
        try
        {
            fill(context);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private void Unpack(Stream archive, LayerLimits limits, CancellationToken cancellation)
    {
        if (Root.TryStatus([], out FileStatus top) is var errno and not 0) throw new KernelException("read status of", errno, _path);
        _device = top.Device;
        // What COPY gives is root's unless it says otherwise; and nobody but root may enter here, whatever the archive says of its top.
        ExtractRules rules = new()
        {
            Owner = (0, 0), KeepTop = true, Unshared = true, Written = (inode, digest) => _digests[inode] = digest,
        };
        using Stream content = Open(archive);
        TreeExtract.Run(Root, content, rules, cancellation, limits with { Subject = "the build context" });
    }

    /// <summary>A small one is read at once: a thread that reads ahead would take longer to begin than that.</summary>
    private static Stream Open(Stream archive)
    {
        byte[] head = new byte[SmallSize];
        int length = archive.ReadAtLeast(head, SmallSize, throwOnEndOfStream: false);
        return length < SmallSize ? Decompression.OpenAny(new MemoryStream(head, 0, length))
            : new PumpedStream(Decompression.OpenAny(new PrefixedStream(head, archive)));
    }

    /// <remarks>What stands there may be anything: a link leads nowhere but inside, and is not taken for a directory.</remarks>
    private void TakeApart(string place, string path)
    {
        byte[] full = PathBytes.Of(place), name = LayerPath.Base(full).ToArray();
        int errno = Root.TryOpenInRoot(LayerPath.Parent(full), out DirectoryHandle? parent);
        using (parent)
        {
            if (errno == 0) errno = parent!.TryStatus(name, out FileStatus status) is var refused and not 0 ? refused
                : status.Kind == FileKind.Directory ? 0 : Errno.ENOTDIR;
            if (errno == 0)
            {
                using DirectoryHandle target = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
                errno = parent!.TryRename(name, target, PathBytes.Of(Path.GetFileName(path)));
            }
        }
        if (errno != 0) throw GantryException.Invalid($"the archive has no context at {place}: {Errno.Message(errno)}");
        _apart.Add(place, new ContextDirectory(path, _digests) { _device = _device });
        // Nobody sees where they lay.
        if (place.Split('/')[0] is var top && _apart.Count > 0 && Root.TryOpen(PathBytes.Of(top), out DirectoryHandle? left) == 0)
            using (left)
                if (left!.IsEmpty) Root.TryRemoveDirectory(PathBytes.Of(top));
    }

    private void Read(string dockerfile, CancellationToken cancellation)
    {
        ContextFiles files = new(Root);
        (string name, Dockerfile) = files.ReadDockerfile(dockerfile);
        if (files.ReadIgnored(name) is not { } ignored) return;
        Ignored = ignored;
        IgnoredFiles.Remove(Root, ignored, cancellation);
    }

    public byte[]? KnownDigest(in FileStatus file) =>
        file.Device == _device && _digests.TryGetValue(file.Inode, out byte[]? digest) ? digest : null;

    public void Dispose()
    {
        foreach (ContextDirectory other in _apart.Values) other.Dispose();
        Root.Dispose();
        TreeRemoval.Remove(_path);
    }
}
