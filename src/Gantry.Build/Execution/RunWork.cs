using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Linux;
using Gantry.Network;
using Gantry.Shim;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>A command as a step: runs it over what it stands on, and makes a layer of what it has changed.</summary>
internal sealed class RunWork(BuildSettings settings, ContentStore content, ISnapshotter snapshots, NetworkController networks,
    CachePlaces caches, StepRemains remains)
{
    public static string Key(RunVertex step, IReadOnlyList<BuiltTree> inputs)
    {
        RunSurroundings around = step.Surroundings;
        KeyText key = new KeyText("run").Add([.. inputs.Select(input => input.Name)]).Add(step.Arguments).Add(step.Environment)
            .Add(step.Directory).Add(step.User).Add(around.Network).Add(around.ExtraHosts);
        foreach (RunPlace place in step.Places) Add(key, place);
        return key.Finish();
    }

    private static void Add(KeyText key, RunPlace place)
    {
        key.Add(place.GetType().Name).Add(place.Target);
        if (place is MemoryPlace memory) key.Add(memory.Size ?? -1);
        if (place is CachePlace cache)
            key.Add(cache.Id).Add(cache.Sharing).Add(cache.ReadOnly ? 1 : 0).Add(cache.UserId).Add(cache.GroupId).Add(cache.Mode);
    }

    public async Task<TreeLayer?> RunAsync(RunVertex step, BuiltTree below, string id, Lease lease, IBuildProgress progress,
        CancellationToken cancellation)
    {
        StepPaths paths = new(settings.RunDirectory, id);
        StepProcess process = new(settings, paths, remains);
        using StepLayer layer = StepLayer.Prepare(snapshots, content, below, id, lease);
        using (PlacesInUse places = await caches.UseAsync(step.Places, step.Arguments, cancellation))
        using (StepNetwork network = StepNetwork.Allocate(networks, id, step.Surroundings, settings))
        {
            try
            {
                new StepBundle(settings, paths).Write(step, layer.Root, network, places.Mounts);
                ExitStatus exit = await process
                    .RunAsync(network, (text, isError) => progress.Output(step, text, isError), cancellation);
                if (exit.Code != 0) throw new StepFailedException(step.Title, step.Arguments, exit);
            }
            catch (ShimFailureException e)
            {
                throw GantryException.Invalid($"failed to create task for container: {e.Message}");
            }
            finally
            {
                // Where something of it lives on, who ends it later finds it by this.
                if (process.IsOver) StepRemains.Delete(paths);
            }
        }
        HashSet<string> made = [.. settings.MadePlaces, .. step.Places.SelectMany(place => WithParents(place.Target))];
        return layer.Take(made, lease, cancellation);
    }

    /// <summary>What is made to mount on, and stays empty.</summary>
    private static IEnumerable<string> WithParents(string target)
    {
        for (string at = InsidePath.Clean(target).TrimStart('/'); at.Length > 0; at = at.Contains('/') ? at[..at.LastIndexOf('/')] : "")
            yield return at;
    }
}
