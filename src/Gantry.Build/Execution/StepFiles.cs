using Gantry.Build.Graph;
using Gantry.Linux.Trees;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>The files of other trees that one command has: found when its key is made, there until it is done.</summary>
internal sealed class StepFiles : IFirstFiles, IDisposable
{
    private readonly StepStores _stores;
    private readonly List<(RunPlace Place, BoundFiles Files)> _bound = [];
    private readonly List<(OutputPlace Place, BuiltTree Tree)> _outputs = [];

    /// <param name="trees">What the vertices gave that it has files of, in their order.</param>
    public StepFiles(StepStores stores, RunVertex step, IReadOnlyList<BuiltTree> trees, CancellationToken cancellation)
    {
        _stores = stores;
        int next = 0;
        try
        {
            foreach (RunPlace place in step.Places)
            {
                BuiltTree? tree = place.Tree is null ? null : trees[next++];
                if (place is OutputPlace output) _outputs.Add((output, tree!));
                else if ((place as BindPlace ?? (place as CachePlace)?.First) is { } files)
                    _bound.Add((place, new BoundFiles(stores, files, tree, cancellation)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Of what the command can see, place by place.</summary>
    public IReadOnlyList<string> Digests =>
        [.. _bound.Select(one => one.Files.Digest), .. _outputs.Select(one => $"{one.Tree.Name}/{one.Place.Source}")];

    /// <summary>What it writes to beside its own tree, and what is there before.</summary>
    public IReadOnlyList<(OutputPlace Place, BuiltTree Tree)> Outputs => _outputs;

    public string DigestOf(CachePlace place) => Of(place).Digest;

    public void CopyTo(CachePlace place, DirectoryHandle directory, CancellationToken cancellation) =>
        Of(place).CopyTo(directory, _stores, cancellation);

    /// <summary>Those that are seen where they are.</summary>
    public IReadOnlyList<TreeMount> Mounts(CancellationToken cancellation) =>
        [.. _bound.Where(one => one.Place is BindPlace).Select((one, index) => one.Files.Mount(_stores, $"tree-{index}", cancellation))];

    private BoundFiles Of(CachePlace place) => _bound.Find(one => ReferenceEquals(one.Place, place)).Files;

    public void Dispose()
    {
        foreach ((_, BoundFiles files) in _bound) files.Dispose();
        _bound.Clear();
    }
}
