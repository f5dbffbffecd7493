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

/// <summary>What came of a Dockerfile. It is whole until it is disposed, and goes to wherever it is wanted.</summary>
internal sealed class SolvedImage : ISolvedBuild
{
    /// <summary>What the client is told of an image.</summary>
    public const string ConfigDigest = "containerimage.config.digest";

    private const string ImageDigest = "containerimage.digest", ImageName = "image.name", ImageDescriptor = "containerimage.descriptor";

    private readonly ImagePart _parts;
    private readonly BuildRun _run;
    private readonly BuildPlan _plan;
    private readonly BuiltTree _tree;
    private readonly OciImage? _described;
    private readonly Func<Reference, CancellationToken, Task<Credentials>> _credentials;

    /// <param name="run">Is this one's from now on.</param>
    public SolvedImage(ImagePart parts, BuildRun run, BuildPlan plan, BuiltTree tree, BuildOptions options,
        Func<Reference, CancellationToken, Task<Credentials>> credentials)
    {
        (_parts, _run, _plan, _tree, _credentials) = (parts, run, plan, tree, credentials);
        _described = new BuiltImage(options, run.Outcome).Describe(plan.Target);
        Configuration = _described is not null ? BuiltImage.Serialize(_described)
            : plan.Target.Base is { } same ? BuiltImage.Serialize(same.Image) : BuiltImage.Serialize(new OciImage
            {
                Architecture = plan.Target.Platform.Architecture, Os = plan.Target.Platform.Os, RootFs = new ImageRootFs { DiffIds = [] },
            });
    }

    public byte[] Configuration { get; }

    public IReadOnlyDictionary<string, byte[]> Answers { get; } = new Dictionary<string, byte[]>();

    /// <summary>As what another build begins from, as long as this one is there.</summary>
    public BaseImage Base => _described is { } described ? new BaseImage(Digest.Of(Configuration), described, _tree)
        : _plan.Target.Base ?? new BaseImage(Digest.Of(Configuration), new OciImage
        {
            Architecture = _plan.Target.Platform.Architecture, Os = _plan.Target.Platform.Os, RootFs = new ImageRootFs { DiffIds = [] },
        }, _tree);

    public Task ReadAsync(Func<DirectoryHandle, Task> read) => _run.ReadAsync(_tree, read);

    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportOrder order, ClientSession session, BuildStatus status,
        CancellationToken cancellation) => await ExportAsync(
            SessionOutput.Of(order.Type, order.Attributes, []) with { Index = order.Index }, session, status, cancellation);

    /// <returns>What the client is told, by BuildKit's names.</returns>
    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(SessionOutput output, ClientSession session, BuildStatus status,
        CancellationToken cancellation)
    {
        string title = output.Kind switch
        {
            SessionOutputKind.Image => "exporting to image", SessionOutputKind.ImageArchive => "exporting to image archive",
            _ => "exporting to client",
        };
        return await status.TellAsync(title, vertex => output.Kind switch
        {
            SessionOutputKind.Image => KeepAsync(output, vertex, cancellation),
            SessionOutputKind.ImageArchive => ArchiveAsync(output, session, vertex, cancellation),
            _ => GiveAsync(output, session, vertex, cancellation),
        });
    }

    private async Task<IReadOnlyDictionary<string, string>> KeepAsync(SessionOutput output, StatusVertex vertex,
        CancellationToken cancellation)
    {
        StatusPart layers = vertex.Part("exporting layers");
        Image image = Assemble(output, isKept: true);
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
        await _parts.Pushes.RunAsync(name, null, _parts.Registries.Compression(""), await _credentials(name, cancellation),
            static _ => { }, cancellation);
        part.Done();
    }

    private async Task<IReadOnlyDictionary<string, string>> ArchiveAsync(SessionOutput output, ClientSession session,
        StatusVertex vertex, CancellationToken cancellation)
    {
        StatusPart part = vertex.Part("sending tarball");
        Image image = Assemble(output, isKept: false);
        using SavedImages saved = new ImageSave(_parts.Store).Prepare(image, output.Names);
        part.Done(await ClientFile.WriteAsync(session, output.Index, saved.Write, cancellation));
        return About(image, output.Names);
    }

    private async Task<IReadOnlyDictionary<string, string>> GiveAsync(SessionOutput output, ClientSession session, StatusVertex vertex,
        CancellationToken cancellation)
    {
        bool isArchive = output.Kind == SessionOutputKind.Archive;
        StatusPart part = vertex.Part(isArchive ? "sending tarball" : "copying files");
        long sent = 0;
        if (isArchive) sent = await ClientFile.WriteAsync(session, output.Index, stream => _run.Write(_tree, stream), cancellation);
        else
            await _run.ReadAsync(_tree, async root => sent = await ClientDirectory.WriteAsync(session, output.Index, root, cancellation));
        part.Done(sent);
        return new Dictionary<string, string>();
    }

    /// <param name="isKept">False for an image that nobody here shall know.</param>
    private Image Assemble(SessionOutput output, bool isKept)
    {
        ImageAssembly assembly = new(_parts.Store, output.Annotations);
        if (_described is not null)
        {
            IReadOnlyList<Descriptor> layers = [.. _tree.Layers.Select(layer => layer.Blob)];
            return isKept ? assembly.Run(Configuration, layers, output.Names, _run.Lease)
                : assembly.Describe(Configuration, layers, _run.Lease);
        }
        if (_plan.Target.Base is null) throw GantryException.Invalid("No image was generated. Is your Dockerfile empty?");
        Image same = _parts.Store.ResolveAndPin(_plan.Target.Base.Id, null, _run.Lease);
        return isKept ? assembly.Keep(same, output.Names, _run.Lease) : assembly.Describe(same, _run.Lease);
    }

    private Dictionary<string, string> About(Image image, IReadOnlyList<Reference> names)
    {
        // As with a store of images that are known by their configuration: the classic one of Docker's.
        Dictionary<string, string> about = new() { [ConfigDigest] = image.Id, [ImageDigest] = image.Id };
        if (names.Count > 0) about[ImageName] = string.Join(',', names);
        string descriptor = $$"""
            {"mediaType":"{{image.ManifestType}}","digest":"{{image.Manifest}}","size":{{_parts.Store.Content.Size(image.Manifest)}}}
            """;
        about[ImageDescriptor] = Convert.ToBase64String(Encoding.UTF8.GetBytes(descriptor));
        return about;
    }

    public void Dispose() => _run.Dispose();
}
