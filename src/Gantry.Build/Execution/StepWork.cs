using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Network;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>Does what each kind of vertex says, for one build.</summary>
internal sealed class StepWork : IStepWork, IDisposable
{
    private readonly RunWork _run;
    private readonly DirectoryWork _directory;
    private readonly CopyWork _copy;

    public StepWork(BuildSettings settings, ContentStore content, ISnapshotter snapshots, NetworkController networks, CachePlaces caches,
        ISourceTree? context, Lease lease)
    {
        _run = new RunWork(settings, content, snapshots, networks, caches, new StepRemains(settings));
        _directory = new DirectoryWork(content, snapshots);
        _copy = new CopyWork(settings, content, snapshots, context, lease);
    }

    public async Task<string> KeyAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation) => vertex switch
    {
        RunVertex run => RunWork.Key(run, inputs),
        CopyVertex copy => await _copy.KeyAsync(copy, inputs, cancellation),
        DirectoryVertex directory => DirectoryWork.Key(directory, inputs[0]),
        NoteVertex note => new KeyText("note").Add(inputs[0].Name).Add(note.Meaning).Finish(),
        _ => throw Unknown(vertex),
    };

    public async Task<TreeLayer?> RunAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, string id, Lease lease, IBuildProgress progress,
        CancellationToken cancellation) => vertex switch
    {
        RunVertex run => await _run.RunAsync(run, inputs[0], id, lease, progress, cancellation),
        CopyVertex copy => await _copy.RunAsync(copy, inputs[0], id, cancellation),
        DirectoryVertex directory => _directory.Run(directory, inputs[0], id, lease, cancellation),
        NoteVertex => null,
        _ => throw Unknown(vertex),
    };

    private static ArgumentException Unknown(Vertex vertex) => new($"{vertex.GetType().Name} is no kind of step");

    public void Dispose() => _copy.Dispose();
}
