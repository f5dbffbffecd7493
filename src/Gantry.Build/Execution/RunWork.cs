using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Linux;
using Gantry.Network;
using Gantry.Oci.Image;
using Gantry.Shim;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>A command as a step: runs it over what it stands on, and makes a layer of what it has changed.</summary>
internal sealed class RunWork(StepStores stores, NetworkController networks, CachePlaces caches) : IDisposable
{
    /// <summary>What to do where an image is for another processor; a script without a first line that names its shell looks the same.
    /// </summary>
    private static readonly string NoEmulator =
        $": this machine's programs are of {TargetPlatform.Host}, and for others an emulator has to be registered with binfmt_misc: on "
        + "Debian, apt-get install qemu-user-static binfmt-support does that";

    private readonly Lock _gate = new();
    private readonly Dictionary<RunVertex, StepFiles> _bound = new(ReferenceEqualityComparer.Instance);
    private readonly StepRemains _remains = new(stores.Settings);

    /// <remarks>Of other trees what the command sees of them, and not which they are.</remarks>
    public string Key(RunVertex step, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
        StepFiles bound = new(stores, step, inputs.Skip(1).ToList(), cancellation);
        lock (_gate) _bound.Add(step, bound);
        RunSurroundings around = step.Surroundings;
        KeyText key = new KeyText("run").Add(inputs[0].Name).Add(step.Arguments).Add(step.Environment)
            .Add(step.Directory).Add(step.User).Add(around.Network).Add(around.ExtraHosts);
        foreach (RunPlace place in step.Places) Add(key, place);
        return key.Add([.. bound.Digests]).AddLatest(step).Finish();
    }

    private static void Add(KeyText key, RunPlace place)
    {
        key.Add(place.GetType().Name).Add(place.Target);
        if (place is MemoryPlace memory) key.Add(memory.Size ?? -1);
        if (place is BindPlace bind) key.Add(bind.ReadOnly ? 1 : 0);
        if (place is CachePlace cache)
            key.Add(cache.Id).Add(cache.Sharing).Add(cache.ReadOnly ? 1 : 0).Add(cache.UserId).Add(cache.GroupId).Add(cache.Mode);
        // By its name: of what it holds nothing that is kept knows.
        if (place is ClientPlace client)
            key.Add(client.Id).Add(client.IsRequired ? 1 : 0).Add(client.UserId).Add(client.GroupId).Add(client.Mode);
        if (place is SecretPlace secret) key.Add(secret.Variable ?? "");
    }

    public async Task<TreeLayer?> RunAsync(RunVertex step, BuiltTree below, string id, IBuildProgress progress,
        CancellationToken cancellation)
    {
        BuildSettings settings = stores.Settings;
        bool asksClient = step.Places.Any(place => place is ClientPlace);
        StepPaths paths = new(asksClient ? MemoryDirectory.Find(settings) : settings.RunDirectory, id);
        StepProcess process = new(settings, paths, _remains);
        using StepLayer layer = StepLayer.Prepare(stores.Snapshots, stores.Content, below, id, stores.Lease);
        StepFiles bound;
        lock (_gate) bound = _bound[step];
        using (PlacesInUse places = await caches.UseAsync(step.Places, step.Arguments, cancellation, bound))
        using (StepNetwork network = StepNetwork.Allocate(networks, id, step.Surroundings, settings))
        {
            try
            {
                IReadOnlyList<TreeMount> trees = bound.Mounts(cancellation);
                StepBundle bundle = new(settings, paths);
                bundle.Make();
                using ClientGifts gifts = await ClientGifts.AskAsync(step, stores.Session, paths, cancellation);
                bundle.Write(step, layer.Root, network, [.. places.Mounts, .. trees, .. gifts.Mounts], gifts.Variables);
                ExitStatus exit = await process
                    .RunAsync(network, (text, isError) => progress.Output(step, text, isError), cancellation);
                if (exit.Code != 0) throw new StepFailedException(step.Title, step.Arguments, exit);
            }
            catch (ShimFailureException e)
            {
                string hint = e.Errno == Errno.ENOEXEC ? NoEmulator : "";
                throw GantryException.Invalid($"failed to create task for container: {e.Message}{hint}");
            }
            finally
            {
                // Where something of it lives on, who ends it later finds it by this.
                if (process.IsOver) _remains.Delete(paths);
            }
        }
        HashSet<string> made = [.. settings.MadePlaces, .. step.Places.SelectMany(place => WithParents(place.Target))];
        return layer.Take(made, step.Latest, stores.Lease, cancellation);
    }

    /// <summary>It is done, or need not be done.</summary>
    public void Release(RunVertex step)
    {
        StepFiles? bound;
        lock (_gate) _bound.Remove(step, out bound);
        bound?.Dispose();
    }

    public void Dispose()
    {
        List<RunVertex> steps;
        lock (_gate) steps = [.. _bound.Keys];
        steps.ForEach(Release);
    }

    /// <summary>What is made to mount on, and stays empty.</summary>
    private static IEnumerable<string> WithParents(string target)
    {
        for (string at = InsidePath.Clean(target).TrimStart('/'); at.Length > 0; at = at.Contains('/') ? at[..at.LastIndexOf('/')] : "")
            yield return at;
    }
}
