using System.Diagnostics;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Network.Endpoints;
using Gantry.Oci.Runtime;
using Gantry.Shim;
using Gantry.Workloads;
using Gantry.Workloads.Bundle;
using Gantry.Workloads.Security;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    private static readonly Version KernelVersion = Environment.OSVersion.Version;

    /// <exception cref="GantryException">NotModified when it runs already; else what stood in the way,
    /// with nothing left behind.</exception>
    public async Task StartAsync(string reference, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.Paused) throw GantryException.Conflict("cannot start a paused container, try unpause instead");
        if (container.Status.Running) throw new GantryException(ErrorKind.NotModified, $"container {container.Id} is already running");
        if (container.Status.RemovalInProgress || container.Status.Dead)
            throw GantryException.Conflict("container is marked for removal and cannot be started");
        container.Restart.Cancel();
        container.Record.StoppedByHand = false;
        container.Record.RestartCount = 0;
        await StartLockedAsync(container);
    }

    /// <summary>
    /// The way of a start. What waits for the kernel on both sides runs side by side:
    /// <code>
    ///  engine: files, bundle ─▶ spawn shim ─┐              ┌▶ veth, address, route ─▶ ports ─┐            ┌▶ attachments ─▶ Start ─▶ running
    ///  shim:                                └▶ clone PID 1 ┴▶ mounts, pivot, look up command ┴▶ Created ──┘
    /// </code>
    /// The request may be gone by the time: a start, once begun, is finished or undone.
    /// </summary>
    private async Task StartLockedAsync(Container container)
    {
        using Activity? operation = Phase.Start("start");
        operation?.SetTag("container", container.Id);
        ShimControl? shim = null;
        try
        {
            container.OomTold = false;
            container.Record.Endpoints = AllocateEndpoints(container);
            if (container.Record.Mounts.Count > 0) await MountVolumesAsync(container);
            using (Phase.Start("write bundle")) WriteBundle(container);
            // Where an earlier end was hindered.
            if (await EndRemainsIfAnyAsync(container) is { } left) throw RemainsStay(container.Id, left);
            using (Phase.Start("spawn shim"))
                shim = await ShimControl.SpawnAsync(options.Runtime, container.Paths.Bundle, NoticesOf(container), CancellationToken.None);
            await FurnishAsync(container, shim);
            await container.Attachments.ConnectAsync(container);
            ShimMessage started;
            using (Phase.Start("start process")) started = await shim.StartAsync(CancellationToken.None);
            MarkRunning(container, shim, started.Pid);
        }
        catch (Exception met)
        {
            Exception failure = await StartReason.OfAsync(met, shim);
            await UndoStartAsync(container, shim, failure);
            throw StartFailure(failure);
        }
        _ = SuperviseAsync(container, shim);
    }

    private async Task FurnishAsync(Container container, ShimControl shim)
    {
        ShimMessage ready;
        using (Phase.Start("clone")) ready = await shim.WithinLimitAsync(shim.NamespacesReady);
        container.Status.Pid = ready.Pid;
        using (Phase.Start("network")) await AttachNetworksAsync(container, shim, ready.Pid);
        using (Phase.Start("publish ports"))
        {
            if (GatewayOf(container) is { } gateway) PublishPorts(container, gateway);
            else container.Record.Gateway = "";
        }
        using Activity? init = Phase.Start("rootfs and mounts");
        ShimMessage created = await shim.WithinLimitAsync(shim.Created);
        ShimPhases.Record(created.Phases);
    }

    private static readonly TimeSpan ReasonLimit = TimeSpan.FromSeconds(1);

    private async Task AttachNetworksAsync(Container container, ShimControl shim, int pid)
    {
        Endpoint? gateway = GatewayOf(container);
        try
        {
            foreach (Endpoint endpoint in container.Record.Endpoints)
                await networks.AttachAsync(endpoint, pid, endpoint == gateway, CancellationToken.None);
        }
        catch (Exception)
        {
            // When PID 1 gives up meanwhile, its namespace goes under our hands, and its reason is the one that counts.
            await Task.WhenAny(shim.Created, Task.Delay(ReasonLimit));
            if (shim.Created.IsFaulted) await shim.Created;
            throw;
        }
    }

    private void MarkRunning(Container container, ShimControl shim, int pid)
    {
        ContainerStatus status = container.Status;
        status.Running = true;
        status.Restarting = status.Paused = status.OomKilled = false;
        if (pid > 0) status.Pid = pid;
        status.ExitCode = 0;
        status.Error = "";
        status.StartedAt = DateTimeOffset.UtcNow;
        container.Shim = shim;
        if (container.Ended.Task.IsCompleted) container.Ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (Phase.Start("save")) container.Save(durable: false);
        Publish(container, "start");
    }

    private async Task UndoStartAsync(Container container, ShimControl? shim, Exception failure)
    {
        if (shim is not null)
        {
            await AbandonShimAsync(shim);
            await EndRemainsIfAnyAsync(container);
        }
        ReleaseEndpoints(container);
        await UnmountVolumesAsync(container);
        container.Attachments.Abandon();
        DeleteBundle(container);
        ContainerStatus status = container.Status;
        status.Running = status.Restarting = false;
        status.Pid = 0;
        status.ExitCode = failure is ShimFailureException { Step: var step } ? StartExitCode(step) : 128;
        status.Error = StartFailure(failure).Message;
        container.Save(durable: false);
        ExitStatus exit = new() { Code = status.ExitCode, At = DateTimeOffset.UtcNow };
        container.Waiters.CompleteExit(exit);
        if (container.HostConfig.AutoRemove) RemoveAfterExit(container, exit);
    }

    /// <summary>What a shell would say: 127 not found, 126 found and not executable.</summary>
    private static int StartExitCode(string step) => step switch
    {
        FailureStep.CommandNotFound => 127,
        FailureStep.CommandNotExecutable => 126,
        _ => 128,
    };

    /// <summary>Clients tell 126 and 127 by words in this text, so the runtime's own are kept inside Docker's frame.</summary>
    private static GantryException StartFailure(Exception failure) => failure switch
    {
        ShimFailureException shim =>
            new GantryException(Checks.RefusedValue.Is(shim) ? ErrorKind.InvalidArgument : ErrorKind.Internal, Framed(shim), shim),
        GantryException known => known,
        _ => GantryException.Internal(failure.Message, failure),
    };

    private static string Framed(ShimFailureException failure) => $"failed to create task for container: {failure.Message}";

    private void WriteBundle(Container container)
    {
        ContainerPaths paths = container.Paths;
        OwnDirectory.Make(paths.Bundle, OwnDirectory.OwnerOnly);
        WriteNetworkFiles(container);
        Workload workload = ContainerWorkload.Of(container, Surroundings(container));
        BundleSpec.Write(paths.Spec, workload);
        JsonFile.Save(paths.ShimConfig, ShimConfigOf(container, workload), ShimJson.Default.ShimConfig, durable: false);
        MakeRoom(paths.Exit);
        File.Delete(paths.Exit);
        File.Delete(paths.SpareExit);
    }

    private ShimConfig ShimConfigOf(Container container, Workload workload) => new()
    {
        Id = container.Id,
        Socket = container.Paths.Socket,
        ExitFile = container.Paths.Exit,
        PidFile = container.Paths.Pids,
        RuntimeRoot = options.ExecRoot + "/runtime",
        Runtime = RuntimeOf(container),
        Root = workload.Root,
        Terminal = workload.Process.Terminal,
        OpenStdin = container.Record.Config.OpenStdin,
        StdinOnce = container.Record.Config.StdinOnce,
        Log = LogSettings.Of(container),
        SharedMemory = container.HostConfig.IpcMode == "shareable"
            ? new SharedMemory { Path = container.Paths.Shm, Size = ContainerMounts.ShmSize(container.HostConfig) } : null,
    };

    private string? RuntimeOf(Container container)
    {
        string name = string.IsNullOrEmpty(container.HostConfig.Runtime) ? options.DefaultRuntime : container.HostConfig.Runtime;
        if (name == ContainerOptions.OwnRuntime) return null;
        return options.Runtimes.TryGetValue(name, out string? program) ? program
            : throw GantryException.Invalid($"unknown or invalid runtime name: {name}");
    }

    private ContainerSurroundings Surroundings(Container container) => new()
    {
        CgroupParent = options.CgroupParent,
        Root = snapshots.Mount(container.Id),
        DefaultSeccomp = DefaultPolicy,
        RunningPid = RunningPid,
        SharedShm = SharedShm,
        InitBinary = InitProgram.Find(options.InitBinary),
        DefaultRlimits = options.DefaultRlimits,
    };

    /// <summary>The policy that these capabilities have without a word about it.</summary>
    private static OciSeccomp DefaultPolicy(IReadOnlyList<string> capabilities) =>
        DefaultSeccomp.Build(capabilities.ToHashSet(), KernelVersion);

    private int RunningPid(string reference)
    {
        Container other = Store.Find(reference);
        return other.Status is { Running: true, Pid: > 0 and var pid } ? pid
            : throw GantryException.Conflict($"cannot join the namespaces of a non running container: {other.Id}");
    }

    // Clients know the words.
    private string SharedShm(string reference)
    {
        Container other = Store.Find(reference);
        string step = $"can't join IPC of container {other.Id}";
        if (!other.Status.Running) throw GantryException.Conflict($"{step}: container {other.Id} is not running");
        return other.HostConfig.IpcMode switch
        {
            "host" => "/dev/shm",
            "shareable" => other.Paths.Shm,
            string mode when mode.StartsWith("container:", StringComparison.Ordinal) => SharedShm(mode["container:".Length..]),
            _ => throw GantryException.Conflict($"{step}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)"),
        };
    }

    /// <summary>Never fails: what stays is in nobody's way, and is written over at the next start of the container. It stays while it is
    /// needed to end what is left of a run.</summary>
    private void DeleteBundle(Container container)
    {
        if (!File.Exists(container.Paths.Remains)) DeleteBundle(container.Id);
    }

    private void DeleteBundle(string id) => Attempt(id, "removing the bundle", () =>
    {
        ContainerPaths paths = PathsOf(id);
        // A supervisor that was killed has left it.
        while (Mount.Unmount(paths.Shm)) { }
        TreeRemoval.Remove(paths.Bundle);
    });
}
