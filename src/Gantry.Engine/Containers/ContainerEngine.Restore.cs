using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Containers;
using Gantry.Linux.Trees;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>The daemon starts: containers that ran without it are found again, and what ended meanwhile is made up for.</summary>
public sealed partial class ContainerEngine
{
    /// <summary>Reads all containers, reconnects to those that live. A damaged one is set aside and costs itself alone; stuck ones, all of
    /// them together, delay nothing for long.</summary>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        string root = options.DataRoot + "/containers";
        OwnDirectory.Make(root, OwnDirectory.OwnerOnly);
        foreach (string name in Names(root).Where(name => name.Contains('.')).ToList())
            Attempt(name, "finishing what was interrupted", () => FinishInterrupted(name));
        // Looked for again: a create that was undone just now is no container whose record is missing.
        foreach (string id in Names(root).Concat(await BundlesAsync()).Distinct().Where(ContainerId.IsValid))
            Attempt(id, "reading it", () => LoadOrSetAside(id));
        foreach (Container container in Store.All) Attempt(container.Id, "adopting its writable layer", () => AdoptLayer(container));
        List<Found> found = [];
        // Nobody does anything with one before it is known what there is of it; the others can be used meanwhile.
        foreach (Container container in Store.All)
            found.Add(new Found(container, await container.LockAsync(cancellation), ReconnectAsync(container)));
        await Task.WhenAny(Task.WhenAll(found.Select(one => one.Outcome)), Task.Delay(FindLimit, cancellation));
        networks.Restore(found.Where(one => one.MayLive).SelectMany(one => one.Container.Record.Endpoints));
        // All of them before the first one is ended or removed: its anonymous volumes may be another's too.
        foreach (Found one in found) UseVolumes(one.Container.Record, mounted: one.Container.Status.Running);
        Task[] concluding = [.. found.Select(one => ConcludeAsync(one, found))];
        await Task.WhenAny(Task.WhenAll(concluding), Task.Delay(ConcludeLimit, cancellation));
        if (concluding.Count(task => !task.IsCompleted) is > 0 and var open) LogGoesOnLooking(open);
    }

    /// <summary>What takes longer, a supervisor that does not answer or a process that does not end, goes on while the daemon
    /// serves.</summary>
    private static readonly TimeSpan FindLimit = TimeSpan.FromSeconds(10), ConcludeLimit = TimeSpan.FromSeconds(5);

    /// <summary>A container as the daemon finds it at its start.</summary>
    /// <param name="Gate">The container's own, held until it is settled.</param>
    /// <param name="Outcome">The supervisor of one that runs, the exit of one that ran when the last daemon ended, or neither.</param>
    private sealed record Found(Container Container, IDisposable Gate, Task<(ShimControl? Shim, ExitStatus? Exit)> Outcome)
    {
        /// <summary>One that is not known yet keeps its addresses and ports.</summary>
        public bool MayLive => Outcome.IsCompletedSuccessfully ? Outcome.Result.Shim is not null : Container.Status.Running;

        /// <summary>It runs again, or it is known that it does not.</summary>
        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Whatever stands in the way of one costs itself alone.</summary>
    private async Task ConcludeAsync(Found found, List<Found> all)
    {
        Container container = found.Container;
        try
        {
            if (await ConcludeLockedAsync(container, found)) await StartWithDaemonAsync(container, all);
        }
        catch (Exception e)
        {
            LogRestoreFailed(container.Id, e);
        }
        finally
        {
            found.Settled.TrySetResult();
        }
    }

    /// <returns>Whether it is to be started now.</returns>
    private async Task<bool> ConcludeLockedAsync(Container container, Found found)
    {
        using IDisposable gate = found.Gate;
        (ShimControl? shim, ExitStatus? exit) = await found.Outcome;
        if (shim is not null)
        {
            await RepairNetworksAsync(container);
            _ = SuperviseAsync(container, shim);
        }
        else if (exit is not null)
        {
            await EndLockedAsync(container, exit);
            // It ran when the machine went down, say: what it joins may just be starting too, and a timer knows nothing of that.
            return container.Restart.Cancel();
        }
        else if (StartsWithDaemon(container)) return container.Status.Restarting = true;
        // The daemon died between two runs, or between an end and what follows it.
        else if (container.Status.Restarting) container.Restart.Schedule(TimeSpan.Zero, () => RestartByPolicyAsync(container));
        else if (container.HostConfig.AutoRemove && container.Status.StartedAt != default)
            RemoveAfterExit(container, LastExit(container));
        return false;
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
            ContainerPaths paths = PathsOf(id);
            return !Directory.Exists(paths.Directory) && (File.Exists(paths.Copy) || await HasSupervisorAsync(paths.Socket)) ? id : null;
        }));
        return [.. found.OfType<string>()];
    }

    /// <summary>Whether somebody listens there. One that is too busy to accept, or stopped, does.</summary>
    private static async Task<bool> HasSupervisorAsync(string path)
    {
        if (!Path.Exists(path)) return false;
        using CancellationTokenSource limit = new(AbandonLimit);
        try
        {
            await using ShimConnection connection = await ShimConnection.ConnectAsync(path, limit.Token);
            return true;
        }
        catch (SocketException e)
        {
            return IsBusy(e);
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (Linux.KernelException)
        {
            // The directory has gone meanwhile.
            return false;
        }
    }

    /// <summary>Its queue is full: it lives.</summary>
    private static bool IsBusy(SocketException e) => e.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain;

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

    /// <summary>What stands in the way of reading one costs nothing of it: it is in one list or the other,
    /// and so nobody takes its things for litter.</summary>
    private void LoadOrSetAside(string id)
    {
        try
        {
            LoadOne(id);
        }
        catch (Exception e)
        {
            if (!Store.All.Any(container => container.Id == id)) SetAside(id, e.Message, record: null);
        }
    }

    private void LoadOne(string id)
    {
        ContainerPaths paths = PathsOf(id);
        AtomicFile.Sweep(paths.Directory);
        AtomicFile.Sweep(paths.Bundle);
        ContainerRecord? record = ReadRecord(id, paths, out HostConfig? host, out string reason);
        if (record is null || host is null)
        {
            LoadDamaged(id, paths, record, host, reason);
            return;
        }
        ContainerCopy? newer = ReadCopy(paths, ref reason) is { } copy && copy.Record.Id == id && copy.Record.Status.Running
            && copy.Record.Status.StartedAt > record.Status.StartedAt ? copy : null;
        Container container = Adopt(newer?.Record ?? record, newer?.HostConfig ?? host, paths);
        ReportMended(container);
        if (newer is null) return;
        // Its start was answered for, while the data root's disk was full.
        container.SaveHostConfig();
        container.Save(durable: true);
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

    /// <summary>As long as a supervisor may take for other requests: on a machine that has just too much to do,
    /// a container is not ended for it.</summary>
    private static readonly TimeSpan ReconnectLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AbandonLimit = TimeSpan.FromSeconds(5), BusyPause = TimeSpan.FromMilliseconds(100);

    private async Task<(ShimControl?, ExitStatus?)> ReconnectAsync(Container container)
    {
        if (await FindSupervisorAsync(container) is { } shim) return (shim, null);
        // Daemon and supervisor were both killed: nobody else will end what lives, and nobody was told of a start that they died in.
        if (container.Status.Running) return (null, await ExitWithoutWordAsync(container));
        await EndRemainsIfAnyAsync(container);
        DeleteBundle(container);
        return (null, null);
    }

    private async Task<ShimControl?> FindSupervisorAsync(Container container)
    {
        if (!Path.Exists(container.Paths.Socket)) return null;
        if (await ConnectAsync(container) is not { } shim) return null;
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
        await container.Attachments.ConnectAsync(container);
        return shim;
    }

    /// <returns>Null when nobody is there any more, or does not answer for long.</returns>
    private async Task<ShimControl?> ConnectAsync(Container container)
    {
        using CancellationTokenSource limit = new(ReconnectLimit);
        try
        {
            while (true)
            {
                try
                {
                    return await ShimControl.ConnectAsync(container.Paths.Socket, NoticesOf(container), limit.Token);
                }
                catch (SocketException e) when (IsBusy(e))
                {
                    await Task.Delay(BusyPause, limit.Token);
                }
            }
        }
        catch (Exception e) when (e is SocketException or GantryException or OperationCanceledException or Linux.KernelException)
        {
            return null;
        }
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
            await shim.SignalAsync(Linux.Processes.Signals.Kill, all: true).WaitAsync(AbandonLimit);
            await shim.Exited.WaitAsync(AbandonLimit);
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
}
