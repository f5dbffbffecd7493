using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Linux.Trees;
using Gantry.Network;
using Gantry.Storage.Archives;

namespace Gantry.Build.Execution;

/// <summary>Does what each kind of vertex says, for one build.</summary>
internal sealed class StepWork : IStepWork, IDisposable
{
    private readonly StepStores _stores;
    private readonly RunWork _run;
    private readonly DirectoryWork _directory;
    private readonly CopyWork _copy;
    private readonly FilesWork _files;
    private readonly DifferenceWork _difference;
    private readonly PlacedLayers _placed;

    public StepWork(StepStores stores, NetworkController networks, CachePlaces caches)
    {
        _stores = stores;
        _run = new RunWork(stores, networks, caches);
        _directory = new DirectoryWork(stores);
        _copy = new CopyWork(stores);
        _files = new FilesWork(stores);
        _difference = new DifferenceWork(stores);
        _placed = new PlacedLayers(stores);
    }

    public async Task<string> KeyAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation) => vertex switch
    {
        RunVertex run => _run.Key(run, inputs, cancellation),
        CopyVertex copy => await _copy.KeyAsync(copy, inputs, cancellation),
        DirectoryVertex directory => DirectoryWork.Key(directory, inputs[0]),
        FilesVertex files => _files.Key(files, inputs, cancellation),
        DifferenceVertex => DifferenceWork.Key(inputs),
        NoteVertex note => new KeyText("note").Add(inputs[0].Name).Add(note.Meaning).Finish(),
        _ => throw Unknown(vertex),
    };

    public string? SourcesOf(Vertex vertex) => vertex is CopyVertex copy ? _copy.SourcesOf(copy) : null;

    public async Task<TreeLayer?> RunAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, string id, IBuildProgress progress,
        CancellationToken cancellation) => vertex switch
    {
        RunVertex run => await _run.RunAsync(run, inputs[0], id, progress, cancellation),
        CopyVertex copy => await _copy.RunAsync(copy, inputs[0], id, cancellation),
        DirectoryVertex directory => _directory.Run(directory, inputs[0], id, cancellation),
        FilesVertex files => _files.Run(files, inputs[0], id, cancellation),
        DifferenceVertex => _difference.Run(inputs, cancellation),
        NoteVertex => null,
        _ => throw Unknown(vertex),
    };

    public IReadOnlyList<TreeLayer?> FurtherOf(Vertex vertex) => vertex is RunVertex run ? _run.FurtherOf(run) : [];

    public bool IsPlaced(BuiltTree tree) => _placed.IsPlaced(tree);

    public void Place(BuiltTree tree, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation) =>
        _placed.Place(tree, inputs, cancellation);

    public void Release(Vertex vertex)
    {
        if (vertex is RunVertex run) _run.Release(run);
        else if (vertex is FilesVertex files) _files.Release(files);
        else if (vertex is CopyVertex copy) _copy.Release(copy);
    }

    /// <summary>The files of a tree as an archive.</summary>
    /// <inheritdoc cref="ResultArchive.Write"/>
    public void Write(BuiltTree tree, TarWriter tar, byte[] directory) => ResultArchive.Write(_stores, tree, tar, directory);

    /// <inheritdoc cref="SquashedLayer.Make"/>
    public TreeLayer? Squash(BuiltTree below, BuiltTree tree, DateTimeOffset? latest, CancellationToken cancellation) =>
        SquashedLayer.Make(_stores, below, tree, latest, cancellation);

    public async Task ReadAsync(BuiltTree tree, Func<DirectoryHandle, Task> read)
    {
        using OpenTree open = new(_stores, tree);
        await read(open.Files.Root);
    }

    private static ArgumentException Unknown(Vertex vertex) => new($"{vertex.GetType().Name} is no kind of step");

    public void Dispose()
    {
        _run.Dispose();
        _copy.Dispose();
        _files.Dispose();
    }
}
