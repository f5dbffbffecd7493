using System.Collections.Concurrent;
using Gantry.Api.Containers;
using Gantry.Engine.Images;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers;

/// <summary>Containers whose records are damaged: one that runs is put together again, any other is left whole where it is,
/// until somebody mends or removes it.</summary>
public sealed partial class ContainerEngine
{
    /// <summary>What was damaged and is not any more.</summary>
    private readonly ConcurrentDictionary<Container, string> _mended = new();

    /// <summary>What is damaged here, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages() =>
    [
        .. Store.AllSetAside.Select(one => new Damage("container", one.Name ?? one.Id[..12],
            $"cannot be used: {one.Reason}; its files in {PathsOf(one.Id).Directory} and its writable layer are as they "
                + $"were{(one.Record is null ? ", and no volume is pruned meanwhile" : "")}",
            $"taken back once its records can be read; mend them by hand, or give it up with rm {one.Id[..12]}", () => TakeBack(one.Id))),
        .. _mended.Where(one => Store.TryFind(one.Key.Id, out _))
            .Select(one => new Damage("container", one.Key.Name, one.Value, "what was set aside is removed", () => ForgetMended(one.Key))),
    ];

    private void LoadDamaged(string id, ContainerPaths paths, ContainerRecord? record, HostConfig? host, string reason)
    {
        ContainerCopy? copy = ReadCopy(paths, ref reason) ?? ReadBundle(paths, id, ref reason);
        if (copy is null || copy.Record.Id != id)
        {
            SetAside(id, reason, record);
            return;
        }
        Directory.CreateDirectory(paths.Directory, OwnDirectory.OwnerOnly);
        foreach (string path in (ReadOnlySpan<string>)[paths.Config, paths.HostConfig])
            if (record is null == (path == paths.Config)) JsonFile.TrySetAside(path);
        if (record is null && host is null) JsonFile.TrySetAside(paths.HostConfig);
        Container container = Adopt(record ?? copy.Record, host ?? copy.HostConfig, paths);
        container.SaveHostConfig();
        container.Save(durable: true);
        _mended[container] = $"runs, and its records were put together again: {reason}";
        LogMended(id, reason);
    }

    private void SetAside(string id, string reason, ContainerRecord? record)
    {
        string? name = record?.Name ?? NameInRecord.Read(PathsOf(id).Config);
        Store.SetAside(new SetAsideContainer(id, reason, record, name));
        // That of two one may have it is another's damage.
        if (name is not null && !Store.IsNameTaken(name)) Store.ReserveName(name, id);
        if (record is not null) UseVolumes(record);
        else volumes.Hold(id);
        LogSetAside(id, reason);
    }

    /// <summary>Both records once more, beside the bundle of one that ran when the daemon ended.</summary>
    private static ContainerCopy? ReadCopy(ContainerPaths paths, ref string reason)
    {
        try
        {
            return JsonFile.Load(paths.Copy, ContainerJson.Default.ContainerCopy);
        }
        catch (DamagedFileException e)
        {
            reason = $"{reason}; {e.Message}";
            return null;
        }
    }

    private ContainerCopy? ReadBundle(ContainerPaths paths, string id, ref string reason)
    {
        if (!Path.Exists(paths.Socket)) return null;
        try
        {
            // Whatever image has this layer on top: which of several it was is not known any more.
            string image = images.All.FirstOrDefault(image => image.ChainIds is [.., var top] && snapshots.StandsOn(id, top))?.Id ?? "";
            BundleSurroundings known = new()
            {
                DefaultSeccomp = DefaultPolicy,
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

    /// <summary>Two of one name can be after a repair by hand: neither must cost the other.</summary>
    private Container Adopt(ContainerRecord record, HostConfig host, ContainerPaths paths)
    {
        try
        {
            Store.ReserveName(record.Name, record.Id);
        }
        catch (GantryException)
        {
            record.Name = $"{record.Name}_{record.Id[..12]}";
            Store.ReserveName(record.Name, record.Id);
        }
        Container container = new(record, host, paths, saves);
        Store.Add(container);
        return container;
    }

    /// <summary>Somebody mended the files by hand.</summary>
    private void TakeBack(string id)
    {
        ContainerPaths paths = PathsOf(id);
        ContainerRecord? record = ReadRecord(id, paths, out HostConfig? host, out string reason);
        if (record is null || host is null) throw GantryException.Unavailable(reason);
        if (HasSupervisorAsync(paths.Socket).GetAwaiter().GetResult())
            throw GantryException.Conflict($"container {id} runs: the daemon's next start takes it back as it runs");
        SetAsideContainer? aside = Store.AllSetAside.FirstOrDefault(one => one.Id == id);
        if (!Store.TryTakeBack(id)) return;
        if (aside?.Name is { } kept) Store.ReleaseName(kept, id);
        Container container = Adopt(record, host, paths);
        container.Status.Running = container.Status.Paused = container.Status.Restarting = false;
        AdoptLayer(container);
        UseVolumes(record);
        volumes.Unhold(id);
    }

    /// <summary>By an earlier start.</summary>
    private void ReportMended(Container container)
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

    /// <summary><c>rm</c> of one that is set aside: its volumes stay, for nobody knows them.</summary>
    /// <returns>False when there is none of this name or identifier.</returns>
    /// <exception cref="GantryException">Conflict: it runs. Internal: it is as it was, and can be given up again.</exception>
    private async Task<bool> TryGiveUpAsync(string reference, bool force)
    {
        List<SetAsideContainer> found = [.. Store.AllSetAside.Where(one =>
            one.Name == reference || (reference.Length >= 12 && one.Id.StartsWith(reference, StringComparison.Ordinal)))];
        if (found is not [var only]) return false;
        ContainerPaths paths = PathsOf(only.Id);
        await EndSetAsideAsync(reference, only.Id, paths, force);
        string doomed;
        try
        {
            doomed = TakeAway(paths);
        }
        catch (Exception e) when (e is KernelException or IOException or UnauthorizedAccessException)
        {
            throw GantryException.Internal($"remove container {only.Id}: {e.Message}", e);
        }
        if (!Store.TryTakeBack(only.Id)) return true;
        foreach (ContainerMount mount in only.Record?.Mounts ?? [])
            if (mount.Name is not null) volumes.Release(mount.Name, only.Id);
        volumes.Unhold(only.Id);
        if (only.Name is not null) Store.ReleaseName(only.Name, only.Id);
        DeleteBundle(only.Id);
        Attempt(only.Id, "removing its files", () =>
        {
            snapshots.Remove(only.Id);
            TreeRemoval.Remove(doomed);
        });
        return true;
    }

    /// <summary>Its records are damaged, and it runs all the same, or its supervisor was killed and something of it is left.</summary>
    private async Task EndSetAsideAsync(string reference, string id, ContainerPaths paths, bool force)
    {
        bool runs = await HasSupervisorAsync(paths.Socket);
        if (runs && !force)
            throw GantryException.Conflict(
                $"cannot remove container \"{reference}\": container is running: stop the container before removing or force remove");
        string? left = runs ? await EndRemainsAsync(id, paths, null) : await EndRemainsIfAnyAsync(id, paths, null);
        if (left is null && runs && await HasSupervisorAsync(paths.Socket)) left = "its supervisor is still there";
        if (left is not null) throw GantryException.Conflict($"cannot remove container \"{reference}\": could not kill: {left}");
    }

    /// <summary>Its image is not to be removed as unused.</summary>
    private IEnumerable<ImageUser> SetAsideUsersOf(string imageId)
    {
        string? top = images.Find(imageId)?.ChainIds is [.., var last] ? last : null;
        return Store.AllSetAside.Where(one => one.Record?.Image == imageId || (top is not null && snapshots.StandsOn(one.Id, top)))
            .Select(one => new ImageUser(one.Id, false, one.Record?.Config.Image ?? imageId));
    }

    /// <summary>A writable layer that has lost its record: what it stands on is what the container was made from.</summary>
    private void AdoptLayer(Container container)
    {
        if (!snapshots.Unreadable.TryGetValue(container.Id, out string? reason) || images.Find(container.Record.Image) is not { } image
            || !snapshots.Adopt(container.Id, image.ChainIds)) return;
        LogMended(container.Id, reason);
    }

    private void UseVolumes(ContainerRecord record, bool mounted = false)
    {
        foreach (ContainerMount mount in record.Mounts.Where(mount => mount.Name is not null)) UseVolume(record.Id, mount, mounted);
    }
}
