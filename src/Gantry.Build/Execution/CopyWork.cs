using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>Files that come from somewhere else, as a step of one build.</summary>
internal sealed class CopyWork(StepStores stores) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CopyVertex, CopySources> _prepared = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<CopyVertex, string> _copied = new(ReferenceEqualityComparer.Instance);

    /// <remarks>By content, wherever it comes from: a stage that was made anew and gives the same files gives the same step.</remarks>
    public async Task<string> KeyAsync(CopyVertex step, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
        CopySources sources = new(stores);
        lock (_gate) _prepared.Add(step, sources);
        await sources.OpenAsync(step, inputs.Skip(1).ToList(), cancellation);
        string definition = new KeyText("copy").Add(step.Destination).Add(step.Owner ?? "").Add(step.Mode ?? "")
            .Add(step.Parents ? 1 : 0).Add(step.Exclude).Add(step.Unpack is { } unpack ? unpack ? 1 : 0 : 2).Add(step.Verb)
            .Add([.. sources.Digests(cancellation)])
            // A file of the network has another mode and is not unpacked.
            .Add(string.Concat(sources.Open.Select(source => source.IsRemote ? 'r' : 'l'))).AddLatest(step).Finish();
        lock (_gate) _copied[step] = $"{sources.Kind}:{definition}";
        return new KeyText("copy").Add(inputs[0].Name).Add(definition).Finish();
    }

    /// <inheritdoc cref="IStepWork.SourcesOf"/>
    public string? SourcesOf(CopyVertex step)
    {
        lock (_gate) return _copied.GetValueOrDefault(step);
    }

    public async Task<TreeLayer?> RunAsync(CopyVertex step, BuiltTree below, string id, CancellationToken cancellation)
    {
        CopySources sources;
        lock (_gate) sources = _prepared[step];
        await sources.FetchAsync(step, cancellation);
        using StepLayer layer = StepLayer.Prepare(stores.Snapshots, stores.Content, below, id, stores.Lease);
        using (MountedTree tree = layer.Open())
        using (DirectoryHandle? own = layer.OpenOwn())
        {
            (uint User, uint Group)? owner = step.Owner is { } text ? OwnerLookup.Find(tree.Root, text) : null;
            ModeChange? mode = step.Mode is { } change ? ModeChange.Parse(change) : null;
            bool isDirectory = step.Destination.EndsWith('/');
            foreach (OpenSource source in sources.Open)
            {
                SelectionCopy.Run(source.Selection!, tree.Root, new CopyOptions
                {
                    Destination = step.Destination, IsDirectory = isDirectory, Owner = owner, KeepsOwners = source.KeepsOwners,
                    Own = own, Mode = mode ?? source.Mode, Unpack = step.Unpack ?? (step.IsAdd && !source.IsRemote),
                }, cancellation);
            }
        }
        return layer.Take(step.Latest, stores.Lease, cancellation);
    }

    public static SelectionRules RulesOf(CopyVertex step) => new()
    {
        Exclude = step.Exclude.Count > 0 ? IgnorePatterns.Parse(SourceFile.Of(string.Join('\n', step.Exclude), "--exclude")) : null,
        Parents = step.Parents,
    };

    /// <summary>It is done, or need not be done.</summary>
    public void Release(CopyVertex step)
    {
        CopySources? sources;
        lock (_gate) _prepared.Remove(step, out sources);
        sources?.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (CopySources sources in _prepared.Values) sources.Dispose();
            _prepared.Clear();
        }
    }
}
