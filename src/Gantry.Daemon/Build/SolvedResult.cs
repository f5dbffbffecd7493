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
using Gantry.Engine.Images.Indexes;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Build;

/// <summary>What came of a Dockerfile or a graph, for a client with a session: it goes to wherever that wants it.</summary>
internal sealed class SolvedResult : ISolvedBuild
{
    /// <summary>What the client is told of an image.</summary>
    public const string ConfigDigest = "containerimage.config.digest";

    private const string ImageDigest = "containerimage.digest", ImageName = "image.name", ImageDescriptor = "containerimage.descriptor";

    private readonly ImagePart _parts;
    private readonly Func<Reference, CancellationToken, Task<Credentials>> _credentials;
    private readonly BuildRun _run;
    private readonly SolvedBuild? _build;
    private readonly BuiltFile? _file;
    private readonly Action<string> _say = static _ => { };

    /// <summary>Of a graph: nobody has said what its image is.</summary>
    /// <param name="run">Is this one's from now on.</param>
    public SolvedResult(ImagePart parts, Func<Reference, CancellationToken, Task<Credentials>> credentials, BuildRun run, BuiltTree tree)
    {
        (_parts, _credentials, _run, Tree) = (parts, credentials, run, tree);
        Whole = this;
    }

    /// <param name="file">Its builds are this one's from now on.</param>
    public SolvedResult(ImagePart parts, BuildClient client, BuiltFile file)
        : this(parts, client.Credentials, file.Builds[0].Run, file.Builds[0].Tree)
    {
        (_build, _file, _say) = (file.Builds[0], file, client.Voice.Say);
        if (file.IsForSeveral) Platforms = [.. file.Builds.Select(one => new SolvedResult(this, one))];
    }

    /// <summary>One platform's part: it is the whole that is disposed.</summary>
    private SolvedResult(SolvedResult whole, SolvedBuild build) : this(whole._parts, whole._credentials, build.Run, build.Tree)
    {
        (_build, _file, _say) = (build, whole._file! with { Builds = [build], Query = whole._file.Query with { IsForSeveral = false } },
            whole._say);
        (Whole, Platform) = (whole, build.Platform.ToString());
    }

    public BuiltTree Tree { get; }

    public bool HasFiles => true;

    public byte[]? Configuration => _build?.Configuration;

    public IReadOnlyList<ISolvedBuild> Platforms { get; } = [];

    public string Platform { get; } = "";

    public ISolvedBuild Whole { get; }

    public IReadOnlyDictionary<string, byte[]> Answers { get; } = new Dictionary<string, byte[]>();

    /// <summary>As what another build begins from.</summary>
    /// <exception cref="GantryException">NotFound: it was not built for that platform.</exception>
    public BaseImage BaseFor(string? platform)
    {
        if (Platforms.Count == 0) return _build?.Base ?? Plain;
        TargetPlatform wanted = TargetPlatform.Parse(platform);
        return _file!.Builds.FirstOrDefault(one => one.Platform == wanted)?.Base
            ?? throw GantryException.NotFound($"what was built is not for {wanted}");
    }

    /// <summary>The one of a tree alone.</summary>
    private BaseImage Plain
    {
        get
        {
            OciImage image = DescribedTree.Of(Tree, null, TargetPlatform.Host, DateTimeOffset.UnixEpoch);
            return new BaseImage(Digest.Of(BuiltImage.Serialize(image)), image, Tree);
        }
    }

    public Task ReadAsync(Func<DirectoryHandle, Task> read) => _run.ReadAsync(Tree, read);

    public Task<IReadOnlyDictionary<string, string>> ExportAsync(ExportOrder order, ClientSession session, BuildStatus status,
        CancellationToken cancellation) => ExportAsync(BuildOutput.Of(order), session, status, cancellation);

    /// <returns>What the client is told, by BuildKit's names.</returns>
    public async Task<IReadOnlyDictionary<string, string>> ExportAsync(BuildOutput output, ClientSession session, BuildStatus status,
        CancellationToken cancellation)
    {
        output.RequireFor(Platforms.Count > 0, _file?.Query.Attestations ?? Attestations.None);
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
        await _parts.Pushes.RunAsync(name, null, _parts.Registries.Compression(""), await _credentials(name, cancellation),
            static _ => { }, cancellation);
        part.Done();
    }

    private async Task<IReadOnlyDictionary<string, string>> ArchiveAsync(BuildOutput output, ClientSession session, StatusVertex vertex,
        CancellationToken cancellation)
    {
        StatusPart part = vertex.Part("sending tarball");
        Image image = await MakeAsync(output, names: null, cancellation);
        using SavedImages saved = new ImageSave(_parts.Store).Prepare(image, output.Names);
        part.Done(await ClientFile.WriteAsync(session, output.Index, saved.Write, cancellation));
        return About(image, output.Names);
    }

    private async Task<IReadOnlyDictionary<string, string>> GiveAsync(BuildOutput output, ClientSession session, StatusVertex vertex,
        CancellationToken cancellation)
    {
        bool isArchive = output.Kind == BuildOutputKind.FileArchive;
        StatusPart part = vertex.Part(isArchive ? "sending tarball" : "copying files");
        long sent = 0;
        ResultTrees trees = _file is null ? new ResultTrees([new ResultTree("", _run, Tree)])
            : ResultTrees.Of(_file.Builds, output, Platforms.Count > 0);
        if (isArchive) sent = await ClientFile.WriteAsync(session, output.Index, trees.Write, cancellation);
        else
            await trees.ReadAsync(async roots => sent = await ClientDirectory.WriteAsync(session, output.Index, roots, cancellation));
        part.Done(sent);
        return new Dictionary<string, string>();
    }

    /// <inheritdoc cref="ResultImage.MakeAsync"/>
    private Task<Image> MakeAsync(BuildOutput output, IReadOnlyList<Reference>? names, CancellationToken cancellation) =>
        _file is not null && output.Configuration is null
            ? new ResultImage(_parts, output.Annotations, _file.Attestation(output, _say)) { IsIndex = Platforms.Count > 0 }
                .MakeAsync(_file.Builds, names, cancellation)
            : Task.FromResult(Make(output, names));

    /// <summary>What the image is, the client alone says.</summary>
    private Image Make(BuildOutput output, IReadOnlyList<Reference>? names)
    {
        if (output.Annotations.NeedIndex || Platforms.Count > 0 || _file?.Query.Attestations.IsEmpty == false)
            throw GantryException.Unsupported("an image whose configuration the client has made is of one platform, without an index");
        TargetPlatform platform = _build?.Platform ?? TargetPlatform.Host;
        byte[] configuration = BuiltImage.Serialize(DescribedTree.Of(Tree, output.Configuration, platform, DateTimeOffset.UtcNow));
        IReadOnlyList<Descriptor> layers = [.. Tree.Layers.Select(layer => layer.Blob)];
        ImageAssembly assembly = new(_parts.Store, output.Annotations.OfManifest(platform));
        return names is null ? assembly.Describe(configuration, layers, _run.Lease)
            : assembly.Run(configuration, layers, names, _run.Lease);
    }

    private Dictionary<string, string> About(Image image, IReadOnlyList<Reference> names)
    {
        // As with a store of images that are known by their configuration: the classic one of Docker's.
        Dictionary<string, string> about = new() { [ConfigDigest] = image.Id, [ImageDigest] = image.Index?.Descriptor.Digest ?? image.Id };
        if (names.Count > 0) about[ImageName] = string.Join(',', names);
        Descriptor target = new ManifestList(_parts.Store).TargetOf(image);
        string descriptor = $$"""
            {"mediaType":"{{target.MediaType}}","digest":"{{target.Digest}}","size":{{target.Size}}}
            """;
        about[ImageDescriptor] = Convert.ToBase64String(Encoding.UTF8.GetBytes(descriptor));
        return about;
    }

    public void Dispose()
    {
        if (Whole != this) return;
        if (_file is null) _run.Dispose();
        else foreach (SolvedBuild one in _file.Builds) one.Dispose();
    }
}
