using Gantry.Api.Containers;
using Gantry.Engine.Containers.Remains;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Recovery;

/// <summary>Reads all containers of the data root, once, at the daemon's start.</summary>
public sealed class ContainerReading(ContainerOptions options, ContainerStore store, ContainerRecords records, DamagedContainers damaged,
    ISupervisors supervisors, ISnapshotter snapshots, ILogger log)
{
    private string Root => options.DataRoot + "/containers";

    public async Task RunAsync()
    {
        foreach (string name in Names(Root).Where(name => name.Contains('.')).ToList())
            log.Attempt(name, "finishing what was interrupted", () => FinishInterrupted(name));
        // Looked for again: a create that was undone just now is no container whose record is missing.
        foreach (string id in Names(Root).Concat(await BundlesAsync()).Distinct().Where(ContainerId.IsValid))
            log.Attempt(id, "reading it", () => LoadOrSetAside(id));
    }

    private static IEnumerable<string> Names(string root) => OwnDirectory.Directories(root).Select(path => Path.GetFileName(path));

    /// <summary>
    /// Containers that ran when the last daemon ended and of whose records the data root has nothing any more;
    /// their writable layers say that they belong to it. A removal takes the bundle before the last of the container's files.
    /// </summary>
    private async Task<List<string>> BundlesAsync()
    {
        string bundles = options.ExecRoot + "/containers";
        if (!Directory.Exists(bundles)) return [];
        HashSet<string> here = [.. snapshots.Keys, .. snapshots.Unreadable.Keys];
        IEnumerable<string> ids = Names(bundles).Where(id => ContainerId.IsValid(id) && here.Contains(id));
        string?[] found = await Task.WhenAll(ids.Select(async id =>
        {
            ContainerPaths paths = options.PathsOf(id);
            return !Directory.Exists(paths.Directory) && (File.Exists(paths.Copy) || await supervisors.IsThereAsync(paths)) ? id : null;
        }));
        return [.. found.OfType<string>()];
    }

    /// <summary>A removal that was begun is finished; a create that was not finished is undone, for nobody was told of it.</summary>
    private void FinishInterrupted(string name)
    {
        string root = Root + "/", id = name[..name.IndexOf('.')];
        if (!ContainerId.IsValid(id)) return;
        if (name == id + RemovedDirectory.Suffix)
        {
            log.RemovalFinished(id);
            snapshots.Remove(id);
            TreeRemoval.Remove(root + name);
            if (!Directory.Exists(root + id)) TreeRemoval.Remove(options.PathsOf(id).Bundle);
        }
        else if (name == id + ContainerPaths.UnfinishedSuffix)
        {
            if (ContainerRecords.Read(options.PathsOf(id), out HostConfig? host, out _) is null || host is null)
            {
                snapshots.Remove(id);
                TreeRemoval.Remove(root + id);
            }
            TreeRemoval.Remove(root + name);
        }
    }

    /// <summary>What stands in the way of reading one costs nothing of it: it is in one list or the other,
    /// and so nobody takes its things for litter.</summary>
    private void LoadOrSetAside(string id)
    {
        try
        {
            Load(id);
        }
        catch (Exception e)
        {
            if (!store.All.Any(container => container.Id == id)) damaged.SetAside(id, e.Message, record: null);
        }
    }

    private void Load(string id)
    {
        ContainerPaths paths = options.PathsOf(id);
        AtomicFile.Sweep(paths.Directory);
        AtomicFile.Sweep(paths.Bundle);
        ContainerRecord? record = ContainerRecords.Read(paths, out HostConfig? host, out string reason);
        if (record is null || host is null)
        {
            damaged.Load(paths, record, host, reason);
            return;
        }
        ContainerCopy? newer = ContainerRecords.ReadCopy(paths, ref reason) is { } copy && copy.Record.Id == id
            && copy.Record.Status.Running && copy.Record.Status.StartedAt > record.Status.StartedAt ? copy : null;
        Container container = records.Adopt(newer?.Record ?? record, newer?.HostConfig ?? host, paths);
        damaged.ReportMended(container);
        if (newer is null) return;
        // Its start was answered for, while the data root's disk was full.
        container.SaveHostConfig();
        container.Save(durable: true);
    }
}
