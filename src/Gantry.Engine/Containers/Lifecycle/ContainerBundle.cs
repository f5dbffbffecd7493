using Gantry.Engine.Containers.Connections;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Shim;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;
using Gantry.Workloads.Bundle;
using Gantry.Workloads.Security;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>What the supervisor reads: the bundle, written at each start.</summary>
public sealed class ContainerBundle(ContainerOptions options, ContainerStore store, ISnapshotter snapshots, NetworkFiles files)
{
    public void Write(Container container)
    {
        ContainerPaths paths = container.Paths;
        OwnDirectory.Make(paths.Bundle, OwnDirectory.OwnerOnly);
        files.Write(container);
        Workload workload = ContainerWorkload.Of(container, Surroundings(container));
        BundleSpec.Write(paths.Spec, workload);
        JsonFile.Save(paths.ShimConfig, ShimConfigOf(container, workload), ShimJson.Default.ShimConfig, durable: false);
        ContainerPaths.MakeRoom(paths.Exit);
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
        Runtime = options.RuntimeOf(container.HostConfig),
        Root = workload.Root,
        Terminal = workload.Process.Terminal,
        OpenStdin = container.Record.Config.OpenStdin,
        StdinOnce = container.Record.Config.StdinOnce,
        Log = LogSettings.Of(container),
        SharedMemory = container.HostConfig.IpcMode == "shareable"
            ? new SharedMemory { Path = container.Paths.Shm, Size = ContainerMounts.ShmSize(container.HostConfig) } : null,
    };

    private ContainerSurroundings Surroundings(Container container) => new()
    {
        CgroupParent = options.CgroupParent,
        Root = RootOf(container),
        DefaultSeccomp = DefaultSeccomp.Here,
        RunningPid = RunningPid,
        SharedShm = SharedShm,
        InitBinary = InitProgram.Find(options.InitBinary),
        DefaultRlimits = options.DefaultRlimits,
    };

    /// <summary>What goes with its container need not be on any disk.</summary>
    private RootMount RootOf(Container container)
    {
        RootMount root = snapshots.Mount(container.Id);
        return container.HostConfig.AutoRemove ? root.Volatile() : root;
    }

    private int RunningPid(string reference)
    {
        Container other = store.Find(reference);
        return other.Status is { Running: true, Pid: > 0 and var pid } ? pid
            : throw GantryException.Conflict($"cannot join the namespaces of a non running container: {other.Id}");
    }

    // Clients know the words.
    private string SharedShm(string reference)
    {
        Container other = store.Find(reference);
        string step = $"can't join IPC of container {other.Id}";
        if (!other.Status.Running) throw GantryException.Conflict($"{step}: container {other.Id} is not running");
        return other.HostConfig.IpcMode switch
        {
            "host" => "/dev/shm",
            "shareable" => other.Paths.Shm,
            var mode when ContainerMode.Joined(mode) is { } further => SharedShm(further),
            _ => throw GantryException.Conflict($"{step}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)"),
        };
    }
}
