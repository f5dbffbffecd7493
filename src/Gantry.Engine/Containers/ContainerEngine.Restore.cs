using System.Net.Sockets;
using System.Text.Json;
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
        // sun_path of sockaddr_un has 108 bytes, the last one zero: unix(7).
        if (PathsOf(new string('0', ContainerId.Length)).Socket.Length > 107) throw GantryException.Invalid($"exec-root {options.ExecRoot} is too long: the sockets below it must not pass 107 bytes");
        string root = options.DataRoot + "/containers";
        OwnDirectory.Make(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (string directory in OwnDirectory.Directories(root)) Attempt(Path.GetFileName(directory), "reading it", () => LoadOne(directory));
        foreach (string orphan in snapshots.Keys.Except(Store.All.Select(container => container.Id))) Attempt(orphan, "removing its writable layer", () => snapshots.Remove(orphan));
        (Container Container, ShimControl? Shim)[] found = await Task.WhenAll(Store.All.Select(ReconnectAsync));
        networks.Restore(found.Where(item => item.Shim is not null).SelectMany(item => item.Container.Record.Endpoints));
        foreach ((Container container, ShimControl? shim) in found)
        {
            foreach (ContainerMount mount in container.Record.Mounts.Where(mount => mount.Name is not null)) UseVolume(container, mount);
            if (shim is not null)
            {
                await RepairNetworksAsync(container);
                _ = SuperviseAsync(container, shim);
            }
            else if (container.Status.Running) await EndAsync(container, ExitWithoutWord(container));
            else if (StartsWithDaemon(container)) container.Restart.Schedule(TimeSpan.Zero, () => StartWithDaemonAsync(container));
        }
    }

    private void LoadOne(string directory)
    {
        string id = Path.GetFileName(directory);
        if (directory.EndsWith(RemovedSuffix, StringComparison.Ordinal))
        {
            LogRemovalFinished(id[..^RemovedSuffix.Length]);
            TreeRemoval.Remove(directory);
            return;
        }
        ContainerPaths paths = PathsOf(id);
        AtomicFile.Sweep(directory);
        try
        {
            ContainerRecord? record = JsonFile.Load(paths.Config, ContainerJson.Default.ContainerRecord);
            HostConfig? host = JsonFile.Load(paths.HostConfig, ContainerJson.Default.HostConfig);
            if (record is null || host is null)
            {
                // A create that never finished: nobody was told of it.
                TreeRemoval.Remove(directory);
                return;
            }
            Store.ReserveName(record.Name, id);
            Store.Add(new Container(record, host, paths));
        }
        catch (Exception e) when (e is JsonException or GantryException)
        {
            LogDamaged(id, JsonFile.SetAside(paths.Config), e);
        }
    }

    private static readonly TimeSpan ReconnectLimit = TimeSpan.FromSeconds(5);

    private async Task<(Container, ShimControl?)> ReconnectAsync(Container container)
    {
        if (!Path.Exists(container.Paths.Socket)) return (container, null);
        using CancellationTokenSource limit = new(ReconnectLimit);
        ShimControl shim;
        try
        {
            shim = await ShimControl.ConnectAsync(container.Paths.Socket, container.Execs.Ended, limit.Token);
        }
        catch (Exception e) when (e is SocketException or GantryException or OperationCanceledException)
        {
            return (container, null);
        }
        if (shim.FirstState is not { Status: "running" or "paused" } state || !container.Status.Running)
        {
            // The daemon died in the middle of a start: nobody was told that it runs, and nothing says which ports lead to it.
            await AbandonShimAsync(shim);
            DeleteBundle(container);
            return (container, null);
        }
        ContainerStatus status = container.Status;
        status.Running = true;
        status.Paused = state.Status == "paused";
        if (status.PausedForCommit)
        {
            if (status.Paused) await shim.ResumeAsync(CancellationToken.None);
            status.Paused = status.PausedForCommit = false;
        }
        status.Pid = state.Pid;
        container.Shim = shim;
        container.Attachments.Reopen(container.Paths.Socket);
        return (container, shim);
    }

    private static async Task AbandonShimAsync(ShimControl shim)
    {
        try
        {
            await shim.SignalAsync(Linux.Signals.Kill, all: true);
            await shim.Exited.WaitAsync(ReconnectLimit);
        }
        catch (Exception e) when (e is GantryException or ShimFailureException or TimeoutException or SocketException)
        {
            // It is gone already, or never got as far as a process; its own clean-up follows.
        }
        await shim.DisposeAsync();
    }

    private void UseVolume(Container container, ContainerMount mount)
    {
        if (!volumes.TryFind(mount.Name!, out _))
        {
            LogVolumeMissing(container.Id, mount.Name!);
            return;
        }
        volumes.Use(mount.Name!, container.Id);
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
