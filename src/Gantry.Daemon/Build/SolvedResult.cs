using System.Text;
using Gantry.Build;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Results;
using Gantry.BuildKit.Sessions;
using Gantry.BuildKit.Solving;
using Gantry.Daemon.Images;
using Gantry.Engine.Images;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Build;

/// <summary>What came of a Dockerfile or a graph, for a client with a session: it goes to wherever that wants it.</summary>
/// <param name="run">Is this one's from now on.</param>
/// <param name="build">Of a Dockerfile; null for a graph, of which nobody has said what its image is.</param>
internal sealed class SolvedResult(ImagePart parts, Func<Reference, CancellationToken, Task<Credentials>> credentials, BuildRun run,
    BuiltTree tree, SolvedBuild? build) : ISolvedBuild
{
    /// <summary>What the client is told of an image.</summary>
    public const string ConfigDigest = "containerimage.config.digest";

    private const string ImageDigest = "containerimage.digest", ImageName = "image.name", ImageDescriptor = "containerimage.descriptor";

    /// <param name="solved">Is this one's from now on.</param>
    public SolvedResult(ImagePart parts, BuildClient client, SolvedBuild solved)
        : this(parts, client.Credentials, solved.Run, solved.Tree, solved)
    {
    }

    public BuiltTree Tree => tree;

    public bool HasFiles => true;

    public byte[]? Configuration => build?.Configuration;

    public IReadOnlyDictionary<string, byte[]> Answers { get; } = new Dictionary<string, byte[]>();

    public BaseImage Base => build?.Base ?? Plain;

    /// <summary>The one of a tree alone.</summary>
    private BaseImage Plain
    {
        get
        {
            OciImage image = DescribedTree.Of(tree, null, TargetPlatform.Host, DateTimeOffset.UnixEpoch);
            return new BaseImage(Digest.Of(BuiltImage.Serialize(image)), image, tree);
        }
    }

    public Task ReadAsync(Func<DirectoryHandle, Task> read) => run.ReadAsync(tree, read);

    public Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportOrder order, ClientSession session, BuildStatus status,
        CancellationToken cancellation) =>
        ExportAsync(BuildOutput.Of(order.Type, order.Attributes, []) with { Index = order.Index, Configuration = order.Configuration },
            session, status, cancellation);

    /// <returns>What the client is told, by BuildKit's names.</returns>
    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(BuildOutput output, ClientSession session, BuildStatus status,
        CancellationToken cancellation)
    {
        string title = output.Kind switch
        {
            BuildOutputKind.Image => "exporting to image",
            BuildOutputKind.ImageArchive or BuildOutputKind.DockerArchive => "exporting to image archive",
            _ => "exporting to client",
        };
        return await status.TellAsync(title, vertex => output.Kind switch
        {
            BuildOutputKind.Image => KeepAsync(output, vertex, cancellation),
            BuildOutputKind.ImageArchive or BuildOutputKind.DockerArchive => ArchiveAsync(output, session, vertex, cancellation),
            _ => GiveAsync(output, session, vertex, cancellation),
        });
    }

    private async Task<IReadOnlyDictionary<string, string>> KeepAsync(BuildOutput output, StatusVertex vertex,
        CancellationToken cancellation)
    {
        StatusPart layers = vertex.Part("exporting layers");
        Image image = await MakeAsync(output, output.Names, cancellation);
        layers.Done();
        vertex.Part($"writing image {image.Id}").Done();
        foreach (Reference name in output.Names) vertex.Part($"naming to {name}").Done();
        if (output.IsPushed)
            foreach (Reference name in output.Names) await PushAsync(name, vertex, cancellation);
        return About(image, output.Names);
    }

    private async Task PushAsync(Reference name, StatusVertex vertex, CancellationToken cancellation)
    {
        StatusPart part = vertex.Part($"pushing {name}");
        await parts.Pushes.RunAsync(name, null, parts.Registries.Compression(""), await credentials(name, cancellation),
            static _ => { }, cancellation);
        part.Done();
    }

    private async Task<IReadOnlyDictionary<string, string>> ArchiveAsync(BuildOutput output, ClientSession session, StatusVertex vertex,
        CancellationToken cancellation)
    {
        StatusPart part = vertex.Part("sending tarball");
        Image image = await MakeAsync(output, names: null, cancellation);
        using SavedImages saved = new ImageSave(parts.Store).Prepare(image, output.Names);
        part.Done(await ClientFile.WriteAsync(session, output.Index, saved.Write, cancellation));
        return About(image, output.Names);
    }

    private async Task<IReadOnlyDictionary<string, string>> GiveAsync(BuildOutput output, ClientSession session, StatusVertex vertex,
        CancellationToken cancellation)
    {
        bool isArchive = output.Kind == BuildOutputKind.FileArchive;
        StatusPart part = vertex.Part(isArchive ? "sending tarball" : "copying files");
        long sent = 0;
        if (isArchive)
            sent = await ClientFile.WriteAsync(session, output.Index, stream => run.Write(tree, stream), cancellation);
        else await ReadAsync(async root => sent = await ClientDirectory.WriteAsync(session, output.Index, root, cancellation));
        part.Done(sent);
        return new Dictionary<string, string>();
    }

    /// <inheritdoc cref="ResultImage.MakeAsync"/>
    private Task<Image> MakeAsync(BuildOutput output, IReadOnlyList<Reference>? names, CancellationToken cancellation) =>
        build is not null && output.Configuration is null
            ? new ResultImage(parts, output.Annotations, attestation: null).MakeAsync([build], names, cancellation)
            : Task.FromResult(Make(output, names));

    /// <summary>What the image is, the client alone says.</summary>
    private Image Make(BuildOutput output, IReadOnlyList<Reference>? names)
    {
        if (output.Annotations.NeedIndex)
            throw GantryException.Unsupported("annotations of an index are not given to an image whose configuration the client has made");
        TargetPlatform platform = build?.Platform ?? TargetPlatform.Host;
        byte[] configuration = BuiltImage.Serialize(DescribedTree.Of(tree, output.Configuration, platform, DateTimeOffset.UtcNow));
        IReadOnlyList<Descriptor> layers = [.. tree.Layers.Select(layer => layer.Blob)];
        ImageAssembly assembly = new(parts.Store, output.Annotations.OfManifest(platform));
        return names is null ? assembly.Describe(configuration, layers, run.Lease)
            : assembly.Run(configuration, layers, names, run.Lease);
    }

    private Dictionary<string, string> About(Image image, IReadOnlyList<Reference> names)
    {
        // As with a store of images that are known by their configuration: the classic one of Docker's.
        Dictionary<string, string> about = new() { [ConfigDigest] = image.Id, [ImageDigest] = image.Id };
        if (names.Count > 0) about[ImageName] = string.Join(',', names);
        string descriptor = $$"""
            {"mediaType":"{{image.ManifestType}}","digest":"{{image.Manifest}}","size":{{parts.Store.Content.Size(image.Manifest)}}}
            """;
        about[ImageDescriptor] = Convert.ToBase64String(Encoding.UTF8.GetBytes(descriptor));
        return about;
    }

    public void Dispose() => run.Dispose();
}
