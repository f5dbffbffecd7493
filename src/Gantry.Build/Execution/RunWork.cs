using System.Globalization;
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
    private readonly Dictionary<RunVertex, IReadOnlyList<TreeLayer?>> _further = new(ReferenceEqualityComparer.Instance);
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
        // As all steps had it before there was any of this.
        if (around.Hostname.Length > 0) key.Add("hostname").Add(around.Hostname);
        if (step.IsReadOnly) key.Add("read-only");
        if (step.GoodCodes.Count > 0) key.Add("good").Add([.. step.GoodCodes.Select(code => code.ToString(CultureInfo.InvariantCulture))]);
        return key.Add([.. bound.Digests]).AddLatest(step).Finish();
    }

    private static void Add(KeyText key, RunPlace place)
    {
        key.Add(place.GetType().Name).Add(place.Target);
        if (place is MemoryPlace memory) key.Add(memory.Size ?? -1);
        if (place is BindPlace bind) key.Add(bind.ReadOnly ? 1 : 0);
        if (place is CachePlace cache)
            key.Add(cache.Id).Add(cache.Sharing).Add(cache.ReadOnly ? 1 : 0).Add(cache.UserId).Add(cache.GroupId)
                .Add(cache.IsLikeFirst ? -1 : cache.Mode);
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
        using StepOutputs outputs = new(stores, bound.Outputs);
        using (PlacesInUse places = await caches.UseAsync(step.Places, step.Arguments, cancellation, bound))
        using (StepNetwork network = StepNetwork.Allocate(networks, id, step.Surroundings, settings))
        {
            try
            {
                IReadOnlyList<TreeMount> trees = bound.Mounts(cancellation);
                StepBundle bundle = new(settings, paths);
                bundle.Make();
                using ClientGifts gifts = await ClientGifts.AskAsync(step, stores.Session, paths, cancellation);
                bundle.Write(step, layer.Root, network, [.. places.Mounts, .. trees, .. outputs.Mounts, .. gifts.Mounts], gifts.Variables);
                ExitStatus exit = await process
                    .RunAsync(network, (text, isError) => progress.Output(step, text, isError), cancellation);
                if (!IsGood(step, exit)) throw new StepFailedException(step.Title, step.Arguments, exit);
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
        List<string> targets = [.. step.Places.Select(place => InsidePath.Clean(place.Target))];
        IReadOnlyList<TreeLayer?> further = outputs.Take(step.Latest, targets, cancellation);
        lock (_gate) _further[step] = further;
        HashSet<string> made = [.. settings.MadePlaces, .. targets.SelectMany(MadePlaces.WithParents)];
        return layer.Take(made, step.Latest, stores.Lease, cancellation);
    }

    /// <inheritdoc cref="IStepWork.FurtherOf"/>
    public IReadOnlyList<TreeLayer?> FurtherOf(RunVertex step)
    {
        lock (_gate) return _further.GetValueOrDefault(step) ?? [];
    }

    private static bool IsGood(RunVertex step, ExitStatus exit) =>
        step.GoodCodes.Count == 0 ? exit.Code == 0 : step.GoodCodes.Contains(exit.Code);

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
}
