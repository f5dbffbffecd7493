using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>What a command sees of other files by <c>--mount=type=bind</c>: found when the step's key is made, mounted when it runs.
/// </summary>
internal sealed class BoundFiles : IDisposable
{
    private const string CopyName = "files";

    private readonly BindPlace _place;
    private readonly OpenTree? _tree;
    private readonly ISourceTree _files;
    private readonly SourceSelection _selection;
    private StepDirectory? _copy;

    /// <param name="tree">What the place's vertex gave; null for the context.</param>
    /// <exception cref="GantryException">NotFound: it is not there; Invalid: it is nothing that can be mounted.</exception>
    public BoundFiles(StepStores stores, BindPlace place, BuiltTree? tree, CancellationToken cancellation)
    {
        _place = place;
        _tree = tree is null ? null : new OpenTree(stores, tree);
        try
        {
            _files = _tree?.Files ?? stores.Contexts.Find(place.Context)
                ?? throw GantryException.Invalid("RUN --mount=type=bind failed: the build has no context");
            _selection = Find(_files, cancellation);
            // A whole tree goes by its name, or whoever mounts an image would read all of it for the sake of the key.
            Digest = tree is not null && PathOf(Source).Length == 0 ? tree.Name : SelectionDigest.OfMounted(_selection, cancellation);
        }
        catch
        {
            _tree?.Dispose();
            throw;
        }
    }

    /// <summary>Of what the command can see of it.</summary>
    public string Digest { get; }

    /// <summary>Copies what is to be seen into a directory that is empty, with owners and times.</summary>
    /// <param name="scratch">For the archive that it goes through.</param>
    public void CopyTo(DirectoryHandle target, StepStores stores, CancellationToken cancellation)
    {
        using StepDirectory scratch = new(stores.Settings);
        using FileStream archive = new(Path.Combine(scratch.Path, CopyName), FileMode.CreateNew);
        Write(archive);
        archive.Position = 0;
        TreeExtract.Run(target, archive, new ExtractRules { Unshared = true }, cancellation);
        if (!Source.IsDirectory) return;
        FileStatus top = Source.Directories[0].Status;
        int errno = target.TrySetOwner([], top.Uid, top.Gid);
        if (errno == 0) errno = target.TrySetMode([], top.Mode);
        if (errno != 0) throw new KernelException("set owner and mode of", errno, _place.Target);
    }

    private void Write(Stream archive)
    {
        SelectedDirectory top = Source.Directories[0];
        if (_files.Root.TryOpenInRoot(top.Path, out DirectoryHandle? directory) is var errno and not 0)
            throw new KernelException("open directory", errno, PathBytes.Show(top.Path));
        using (directory)
        using (TarWriter tar = new(archive))
        {
            TreeArchive files = new(tar);
            if (Source.IsDirectory) files.AddContent(directory!, []);
            else files.AddTree(directory!, top.Files[0].Name, top.Files[0].Name);
        }
    }

    private SelectedSource Source => _selection.Sources[0];

    /// <param name="name">For the bundle.</param>
    public TreeMount Mount(StepStores stores, string name, CancellationToken cancellation)
    {
        (RootMount root, byte[] path) = (_tree?.Root, PathOf(Source)) switch
        {
            ({ } tree, var inside) => (tree, inside),
            (null, var inside) when _place.ReadOnly && stores.Contexts.Find(_place.Context)?.HostPath is { } directory =>
                (Directory(directory), inside),
            _ => (Directory(Copy(stores, cancellation)), PathBytes.Of(CopyName)),
        };
        return new TreeMount(name, root, ByteText.Of(path), InsidePath.Clean(_place.Target)) { ReadOnly = _place.ReadOnly };
    }

    private static RootMount Directory(string path) => new() { Type = RootMount.Bind, Source = path };

    private SourceSelection Find(ISourceTree files, CancellationToken cancellation)
    {
        try
        {
            SourceSelection selection = SourceSelection.OfPath(files, _place.Source, cancellation);
            return selection.Sources.Count > 0 ? selection
                : throw GantryException.Invalid($"RUN --mount=type=bind failed: {_place.Source} is a socket");
        }
        catch (MissingSourceException e)
        {
            throw GantryException.NotFound($"RUN --mount=type=bind failed: stat {e.Name}: file does not exist");
        }
    }

    private static byte[] PathOf(SelectedSource source)
    {
        SelectedDirectory top = source.Directories[0];
        return source.IsDirectory ? top.Path : LayerPath.Join(top.Path, top.Files[0].Name);
    }

    /// <summary>What is written to a context must not be seen by the steps that come after.</summary>
    private string Copy(StepStores stores, CancellationToken cancellation)
    {
        _copy ??= new StepDirectory(stores.Settings);
        SelectionCopy.Run(_selection, _copy.Root, new CopyOptions { Destination = "/" + CopyName }, cancellation);
        if (Source.IsDirectory) Node.SetMode(null, Path.Combine(_copy.Path, CopyName), Source.Directories[0].Status.Mode);
        return _copy.Path;
    }

    public void Dispose()
    {
        _copy?.Dispose();
        _tree?.Dispose();
    }
}
