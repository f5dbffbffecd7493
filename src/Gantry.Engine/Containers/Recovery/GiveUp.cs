using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Containers.Remains;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Recovery;

/// <summary><c>rm</c> of a container that is set aside: its volumes stay, for nobody knows them.</summary>
public sealed class GiveUp(ContainerOptions options, ContainerStore store, ContainerVolumes volumes, ISupervisors supervisors,
    ContainerRemains remains, ISnapshotter snapshots, ILogger log, TimeProvider time)
{
    /// <returns>False when there is none of this name or identifier.</returns>
    /// <exception cref="GantryException">Conflict: it runs. Internal: it is as it was, and can be given up again.</exception>
    public async Task<bool> TryAsync(string reference, bool force)
    {
        List<SetAsideContainer> found = [.. store.AllSetAside.Where(one =>
            one.Name == reference || (reference.Length >= 12 && one.Id.StartsWith(reference, StringComparison.Ordinal)))];
        if (found is not [var only]) return false;
        ContainerPaths paths = options.PathsOf(only.Id);
        await EndAsync(reference, paths, force);
        string doomed;
        try
        {
            doomed = await RemovedDirectory.MakeAsync(paths, time);
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"remove container {only.Id}: {e.Message}", e);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            throw GantryException.Internal($"remove container {only.Id}: {e.Message}", e);
        }
        if (!store.TryTakeBack(only.Id)) return true;
        await volumes.ReleaseAsync(only.Id, only.Record?.Mounts ?? [], removeAnonymous: false);
        volumes.Unhold(only.Id);
        if (only.Name is not null) store.ReleaseName(only.Name, only.Id);
        remains.GiveUpBundle(paths);
        log.Attempt(only.Id, "removing its files", () =>
        {
            snapshots.Remove(only.Id);
            TreeRemoval.Remove(doomed);
        });
        return true;
    }

    /// <summary>Its records are damaged, and it runs all the same, or its supervisor was killed and something of it is left.</summary>
    private async Task EndAsync(string reference, ContainerPaths paths, bool force)
    {
        bool runs = await LivesAsync(paths);
        if (runs && !force)
            throw GantryException.Conflict(
                $"cannot remove container \"{reference}\": container is running: stop the container before removing or force remove");
        string? left = runs ? await remains.EndAsync(paths, null) : await remains.EndIfAnyAsync(paths, null);
        if (left is null && runs && await LivesAsync(paths)) left = "its supervisor or a process is still there";
        if (left is not null) throw GantryException.Conflict($"cannot remove container \"{reference}\": could not kill: {left}");
    }

    /// <summary>By its supervisor; without one by its cgroup, as far as that is known without its records.</summary>
    private async Task<bool> LivesAsync(ContainerPaths paths) =>
        await supervisors.IsThereAsync(paths)
            || Cgroup.Processes(CgroupPlace.Of(paths.Id, parent: null, options.CgroupParent)).Count > 0;
}
