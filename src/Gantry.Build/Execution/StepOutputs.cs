using Gantry.Build.Graph;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Layers;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>The trees that one command writes to beside its own: mounted while it runs, layers afterwards.</summary>
internal sealed class StepOutputs : IDisposable
{
    private readonly StepStores _stores;
    private readonly List<(OutputPlace Place, StepLayer Layer)> _all = [];
    private readonly List<TreeMount> _mounts = [];

    /// <exception cref="GantryException">NotFound: a directory that is to be shown is not there.</exception>
    public StepOutputs(StepStores stores, IReadOnlyList<(OutputPlace Place, BuiltTree Tree)> outputs)
    {
        _stores = stores;
        try
        {
            foreach ((OutputPlace place, BuiltTree tree) in outputs)
            {
                StepLayer layer = StepLayer.Prepare(stores.Snapshots, stores.Content, tree, RandomId.New(), stores.Lease);
                _all.Add((place, layer));
                _mounts.Add(new TreeMount($"output-{_mounts.Count}", layer.Root, PathIn(layer, place), InsidePath.Clean(place.Target)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<TreeMount> Mounts => _mounts;

    /// <param name="targets">Where something was mounted in the command's tree; absolute and clean.</param>
    /// <returns>What was added to each; null for nothing.</returns>
    public IReadOnlyList<TreeLayer?> Take(DateTimeOffset? latest, IReadOnlyList<string> targets, CancellationToken cancellation) =>
        [.. _all.Select(one => one.Layer.Take(Below(one.Place, targets), latest, _stores.Lease, cancellation))];

    /// <summary>What was made in this one to mount others on.</summary>
    private static HashSet<string> Below(OutputPlace place, IReadOnlyList<string> targets)
    {
        string own = InsidePath.Clean(place.Target) + "/", source = InsidePath.Clean(place.Source).TrimEnd('/');
        return [.. targets.Where(target => target.StartsWith(own, StringComparison.Ordinal))
            .SelectMany(target => MadePlaces.WithParents($"{source}/{target[own.Length..]}"))];
    }

    private static string PathIn(StepLayer layer, OutputPlace place)
    {
        using MountedTree tree = MountedTree.Open(layer.Root);
        byte[] path;
        try
        {
            path = LinkResolution.Resolve(tree.Root, PathBytes.Of(place.Source), followLast: true);
        }
        catch (KernelException e) when (e.Errno is Errno.ELOOP or Errno.ENAMETOOLONG)
        {
            throw GantryException.Invalid($"mount of {place.Source} at {place.Target}: {Errno.Message(e.Errno)}");
        }
        int errno = tree.Root.TryOpenInRoot(path, out DirectoryHandle? directory);
        if (errno != 0)
            throw GantryException.NotFound($"mount of {place.Source} at {place.Target}: {Errno.Message(errno)}");
        directory!.Dispose();
        return ByteText.Of(path);
    }

    public void Dispose()
    {
        foreach ((_, StepLayer layer) in _all) layer.Dispose();
        _all.Clear();
    }
}
