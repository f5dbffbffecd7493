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

    private readonly string _path;
    /// <summary>By inode: an archive may write one file under several names, and through links of its own.</summary>
    private readonly Dictionary<ulong, byte[]> _digests = [];
    private ulong _device;

    private ContextDirectory(string path)
    {
        Directory.CreateDirectory(path, OwnDirectory.OwnerOnly);
        // Who has it mounted in a step may be anybody; on the host nobody gets as far as here.
        Node.SetMode(null, path, Octal.O755);
        _path = path;
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
    /// <exception cref="GantryException">Invalid: the archive is damaged or hostile, or larger than allowed; the Dockerfile is missing,
    /// in Docker's words. Nothing is left then.</exception>
    /// <exception cref="Dockerfile.Lexing.DockerfileException">The ignore file has a wrong pattern.</exception>
    public static ContextDirectory Receive(Stream archive, string path, string dockerfile, CancellationToken cancellation,
        LayerLimits? limits = null) => Make(path, context =>
    {
        context.Unpack(archive, limits ?? new LayerLimits { MaxEntries = MaxEntries, MaxSize = MaxSize }, cancellation);
        context.Read(dockerfile, cancellation);
    });

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
    public static ContextDirectory Of(string path, string dockerfile, CancellationToken cancellation) =>
        Make(path, context => context.Read(dockerfile, cancellation));

    private static ContextDirectory Make(string path, Action<ContextDirectory> fill)
    {
        ContextDirectory context = new(path);
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
        using PumpedStream content = new(Decompression.OpenAny(archive));
        TreeExtract.Run(Root, content, rules, cancellation, limits with { Subject = "the build context" });
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
        Root.Dispose();
        TreeRemoval.Remove(_path);
    }
}
