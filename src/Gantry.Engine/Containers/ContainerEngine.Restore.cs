using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api;
using Gantry.Linux.Trees;
using Gantry.Network;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>The daemon starts: containers that ran without it are found again, and what ended meanwhile is made up for.</summary>
public sealed partial class ContainerEngine
{
    /// <summary>Reads all containers, reconnects to those that live. A damaged one is set aside and costs itself alone; a stuck one delays nothing for long.</summary>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        string root = options.DataRoot + "/containers";
        OwnDirectory.Make(root, OwnDirectory.OwnerOnly);
        List<string> names = [.. OwnDirectory.Directories(root).Select(path => Path.GetFileName(path))];
        foreach (string name in names.Where(name => name.Contains('.'))) Attempt(name, "finishing what was interrupted", () => FinishInterrupted(name));
        foreach (string id in names.Concat(Bundles()).Distinct().Where(ContainerId.IsValid)) Attempt(id, "reading it", () => LoadOne(id));
        foreach (Container container in Store.All) Attempt(container.Id, "adopting its writable layer", () => AdoptLayer(container));
        (Container Container, ShimControl? Shim)[] found = await Task.WhenAll(Store.All.Select(ReconnectAsync));
        networks.Restore(found.Where(item => item.Shim is not null).SelectMany(item => item.Container.Record.Endpoints));
        foreach ((Container container, ShimControl? shim) in found)
        {
            UseVolumes(container.Record, mounted: container.Status.Running);
            if (shim is not null)
            {
                await RepairNetworksAsync(container);
                _ = SuperviseAsync(container, shim);
            }
            else if (container.Status.Running) await EndAsync(container, await ExitWithoutWordAsync(container));
            else if (StartsWithDaemon(container)) container.Restart.Schedule(TimeSpan.Zero, () => StartWithDaemonAsync(container));
            // The daemon died between two runs, or between an end and what follows it.
            else if (container.Status.Restarting) container.Restart.Schedule(TimeSpan.Zero, () => RestartByPolicyAsync(container));
            else if (container.HostConfig.AutoRemove && container.Status.StartedAt != default) RemoveAfterExit(container, LastExit(container));
        }
    }

    /// <summary>
    /// Containers that ran when the last daemon ended and of whose records the data root has nothing any more; their writable layers say that they belong to it.
    /// A removal takes the bundle before the last of the container's files.
    /// </summary>
    private IEnumerable<string> Bundles()
    {
        string bundles = options.ExecRoot + "/containers";
        if (!Directory.Exists(bundles)) return [];
        HashSet<string> here = [.. snapshots.Keys, .. snapshots.Unreadable.Keys];
        return OwnDirectory.Directories(bundles).Select(path => Path.GetFileName(path)).Where(id => ContainerId.IsValid(id) && here.Contains(id) && !Directory.Exists(PathsOf(id).Directory) && (File.Exists(PathsOf(id).Copy) || HasSupervisor(PathsOf(id).Socket)));
    }

    private static bool HasSupervisor(string path)
    {
        if (!Path.Exists(path)) return false;
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A removal that was begun is finished; a create that was not finished is undone, for nobody was told of it.</summary>
    private void FinishInterrupted(string name)
    {
        string root = options.DataRoot + "/containers/", id = name[..name.IndexOf('.')];
        if (!ContainerId.IsValid(id)) return;
        if (name == id + RemovedSuffix)
        {
            LogRemovalFinished(id);
            snapshots.Remove(id);
            TreeRemoval.Remove(root + name);
            if (!Directory.Exists(root + id)) TreeRemoval.Remove(PathsOf(id).Bundle);
        }
        else if (name == id + ContainerPaths.UnfinishedSuffix)
        {
            if (ReadRecord(id, PathsOf(id), out HostConfig? host, out _) is null || host is null)
            {
                snapshots.Remove(id);
                TreeRemoval.Remove(root + id);
            }
            TreeRemoval.Remove(root + name);
        }
    }

    private void LoadOne(string id)
    {
        ContainerPaths paths = PathsOf(id);
        AtomicFile.Sweep(paths.Directory);
        ContainerRecord? record = ReadRecord(id, paths, out HostConfig? host, out string reason);
        if (record is not null && host is not null) ReportMended(Adopt(record, host, paths));
        else LoadDamaged(id, paths, record, host, reason);
    }

    /// <param name="reason">What is wrong with them; empty for nothing.</param>
    private static ContainerRecord? ReadRecord(string id, ContainerPaths paths, out HostConfig? host, out string reason)
    {
        List<string> wrong = [];
        ContainerRecord? record = Read(paths.Config, ContainerJson.Default.ContainerRecord, wrong);
        if (record is not null && record.Id != id)
        {
            wrong.Add($"{paths.Config} is the record of {record.Id}");
            record = null;
        }
        host = Read(paths.HostConfig, ContainerJson.Default.HostConfig, wrong);
        // No member of it must be there, but this one is never empty: HostDefaults.
        if (host is { NetworkMode: "" })
        {
            wrong.Add($"{paths.HostConfig} is something else");
            host = null;
        }
        reason = string.Join("; ", wrong);
        return record;
    }

    private static T? Read<T>(string path, JsonTypeInfo<T> type, List<string> wrong) where T : class
    {
        try
        {
            if (JsonFile.Load(path, type) is { } value) return value;
            wrong.Add($"{path} is gone");
        }
        catch (DamagedFileException e)
        {
            wrong.Add(e.Message);
        }
        return null;
    }

    private static readonly TimeSpan ReconnectLimit = TimeSpan.FromSeconds(5);

    private async Task<(Container, ShimControl?)> ReconnectAsync(Container container)
    {
        ShimControl? shim = await FindSupervisorAsync(container);
        // Daemon and supervisor were both killed: nobody else will end what lives, and nobody was told of a start that they died in.
        if (shim is null)
        {
            await EndRemainsIfAnyAsync(container);
            if (!container.Status.Running) DeleteBundle(container);
        }
        return (container, shim);
    }

    private async Task<ShimControl?> FindSupervisorAsync(Container container)
    {
        if (!Path.Exists(container.Paths.Socket)) return null;
        using CancellationTokenSource limit = new(ReconnectLimit);
        ShimControl shim;
        try
        {
            shim = await ShimControl.ConnectAsync(container.Paths.Socket, NoticesOf(container), limit.Token);
        }
        catch (Exception e) when (e is SocketException or GantryException or OperationCanceledException)
        {
            return null;
        }
        if (shim.FirstState is not { Status: "running" or "paused" } state || !container.Status.Running)
        {
            // The daemon died in the middle of a start: nobody was told that it runs, and nothing says which ports lead to it.
            await AbandonShimAsync(shim);
            return null;
        }
        ContainerStatus status = container.Status;
        status.Running = true;
        status.Paused = state.Status == "paused";
        if (status.PausedForCommit)
        {
            if (status.Paused) await ResumeAfterCommitAsync(shim);
            status.Paused = status.PausedForCommit = false;
        }
        status.Pid = state.Pid;
        container.Shim = shim;
        container.Attachments.Reopen(container.Paths.Socket);
        return shim;
    }

    private static async Task ResumeAfterCommitAsync(ShimControl shim)
    {
        try
        {
            await shim.ResumeAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is GantryException or ShimFailureException)
        {
            // It has ended meanwhile, and tells so itself.
        }
    }

    private static async Task AbandonShimAsync(ShimControl shim)
    {
        try
        {
            await shim.SignalAsync(Linux.Signals.Kill, all: true).WaitAsync(ReconnectLimit);
            await shim.Exited.WaitAsync(ReconnectLimit);
        }
        catch (Exception e) when (e is GantryException or ShimFailureException or TimeoutException or SocketException)
        {
            // It is gone already, or never got as far as a process; its own clean-up follows.
        }
        await shim.DisposeAsync();
    }

    private void UseVolume(string id, ContainerMount mount, bool mounted)
    {
        if (!volumes.TryFind(mount.Name!, out _))
        {
            LogVolumeMissing(id, mount.Name!);
            return;
        }
        volumes.Use(mount.Name!, id, mounted);
    }

    /// <summary><c>always</c> and <c>unless-stopped</c> come back with the daemon, as after a reboot; one that was never started does not.</summary>
    private static bool StartsWithDaemon(Container container) => container.Status.StartedAt != default && container.HostConfig.RestartPolicy.Name switch
    {
        "always" => true,
        "unless-stopped" => !container.Record.StoppedByHand,
        _ => false,
    };

    private async Task StartWithDaemonAsync(Container container)
    {
        try
        {
            await StartAsync(container.Id, CancellationToken.None);
        }
        catch (GantryException e)
        {
            LogRestartFailed(container.Id, e);
        }
    }
}
