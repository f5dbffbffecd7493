using System.Collections.Concurrent;
using Gantry.Api.Containers;
using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Images;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;
using Gantry.Workloads.Security;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Recovery;

/// <summary>Containers whose records are damaged: one that runs is put together again, any other is left whole where it is,
/// until somebody mends or removes it.</summary>
public sealed class DamagedContainers(ContainerOptions options, ContainerStore store, ContainerRecords records, ContainerVolumes volumes,
    ISupervisors supervisors, ImageStore images, ISnapshotter snapshots, ILogger log)
{
    /// <summary>What was damaged and is not any more.</summary>
    private readonly ConcurrentDictionary<Container, string> _mended = new();

    /// <summary>What is damaged here, and what can be done about it.</summary>
    public IReadOnlyList<Damage> List() =>
    [
        .. store.AllSetAside.Select(one => new Damage("container", one.Name ?? one.Id[..12],
            $"cannot be used: {one.Reason}; its files in {options.PathsOf(one.Id).Directory} and its writable layer are as they "
                + $"were{(one.Record is null ? ", and no volume is pruned meanwhile" : "")}",
            $"taken back once its records can be read; mend them by hand, or give it up with rm {one.Id[..12]}", () => TakeBack(one.Id))),
        .. _mended.Where(one => store.TryFind(one.Key.Id, out _))
            .Select(one => new Damage("container", one.Key.Name, one.Value, "what was set aside is removed", () => ForgetMended(one.Key))),
        .. store.All.Where(one => one.Shim is UnreachableSupervisor)
            .Select(one => new Damage("container", one.Name, $"runs on, but {one.Shim}", "restart it, which ends it first")),
    ];

    /// <summary>What can be done for one whose records cannot both be read.</summary>
    public void Load(ContainerPaths paths, ContainerRecord? record, HostConfig? host, string reason)
    {
        ContainerCopy? copy = ContainerRecords.ReadCopy(paths, ref reason) ?? ReadBundle(paths, ref reason);
        if (copy is null || copy.Record.Id != paths.Id)
        {
            SetAside(paths.Id, reason, record);
            return;
        }
        Directory.CreateDirectory(paths.Directory, OwnDirectory.OwnerOnly);
        foreach (string path in (ReadOnlySpan<string>)[paths.Config, paths.HostConfig])
            if (record is null == (path == paths.Config)) JsonFile.TrySetAside(path);
        if (record is null && host is null) JsonFile.TrySetAside(paths.HostConfig);
        Container container = records.Adopt(record ?? copy.Record, host ?? copy.HostConfig, paths);
        container.SaveHostConfig();
        container.Save(durable: true);
        _mended[container] = $"runs, and its records were put together again: {reason}";
        log.Mended(paths.Id, reason);
    }

    public void SetAside(string id, string reason, ContainerRecord? record)
    {
        string? name = record?.Name ?? NameInRecord.Read(options.PathsOf(id).Config);
        store.SetAside(new SetAsideContainer(id, reason, record, name));
        // That of two one may have it is another's damage.
        if (name is not null && !store.IsNameTaken(name)) store.ReserveName(name, id);
        if (record is not null) volumes.Use(record);
        else volumes.Hold(id);
        log.SetAside(id, reason);
    }

    private ContainerCopy? ReadBundle(ContainerPaths paths, ref string reason)
    {
        if (!Path.Exists(paths.Socket)) return null;
        string id = paths.Id;
        try
        {
            // Whatever image has this layer on top: which of several it was is not known any more.
            string image = images.All.FirstOrDefault(image => image.ChainIds is [.., var top] && snapshots.StandsOn(id, top))?.Id ?? "";
            BundleSurroundings known = new()
            {
                DefaultSeccomp = DefaultSeccomp.Here,
                Runtimes = options.Runtimes,
                Volumes = options.DataRoot + "/volumes",
            };
            ContainerCopy found = RecordFromBundle.Read(paths, id, $"found_{id[..12]}", image, snapshots.Name, known, out string lost);
            reason = $"{reason}; its bundle does not say: {lost}";
            if (image.Length > 0 && images.NamesOf(image) is [var name, ..]) found.Record.Config.Image = name.Familiar;
            return found;
        }
        catch (DamagedFileException e)
        {
            reason = $"{reason}; {e.Message}";
            return null;
        }
    }

    /// <summary>Somebody mended the files by hand.</summary>
    private void TakeBack(string id)
    {
        ContainerPaths paths = options.PathsOf(id);
        ContainerRecord? record = ContainerRecords.Read(paths, out HostConfig? host, out string reason);
        if (record is null || host is null) throw GantryException.Unavailable(reason);
        bool lives = supervisors.IsThereAsync(paths).GetAwaiter().GetResult()
            || Cgroup.Processes(CgroupPlace.Of(id, host.CgroupParent, options.CgroupParent)).Count > 0;
        if (lives)
            throw GantryException.Conflict($"container {id} runs: the daemon's next start takes it back as it runs");
        SetAsideContainer? aside = store.AllSetAside.FirstOrDefault(one => one.Id == id);
        if (!store.TryTakeBack(id)) return;
        if (aside?.Name is { } kept) store.ReleaseName(kept, id);
        Container container = records.Adopt(record, host, paths);
        container.ChangeStatus(status => status with { Running = false, Paused = false, Restarting = false });
        AdoptLayer(container);
        volumes.Use(record);
        volumes.Unhold(id);
    }

    /// <summary>By an earlier start.</summary>
    public void ReportMended(Container container)
    {
        if (SetAsideOf(container) is [var aside, ..])
            _mended[container] = $"was put together again by an earlier start; {aside} is what was damaged";
    }

    private void ForgetMended(Container container)
    {
        _mended.TryRemove(container, out _);
        foreach (string aside in SetAsideOf(container)) JsonFile.Forget(aside);
    }

    private static IReadOnlyList<string> SetAsideOf(Container container) =>
        [.. JsonFile.SetAsideOf(container.Paths.Config), .. JsonFile.SetAsideOf(container.Paths.HostConfig)];

    /// <summary>A writable layer that has lost its record: what it stands on is what the container was made from.</summary>
    public void AdoptLayer(Container container)
    {
        if (!snapshots.Unreadable.TryGetValue(container.Id, out string? reason) || images.Find(container.Record.Image) is not { } image
            || !snapshots.Adopt(container.Id, image.ChainIds)) return;
        log.Mended(container.Id, reason);
    }
}
