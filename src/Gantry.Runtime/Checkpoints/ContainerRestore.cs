using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Cgroups.Systemd;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.Checkpoints;

/// <summary>Makes a container again from what <see cref="ContainerCheckpoint"/> wrote.</summary>
internal static class ContainerRestore
{
    private const string RootName = "root", PidName = "pid";

    /// <param name="bundle">Absolute.</param>
    /// <param name="note">Gets what is unwise about it.</param>
    /// <returns>Its first process, our child.</returns>
    /// <exception cref="LaunchException">Nothing of it is left.</exception>
    public static (ChildProcess Process, ContainerState State) Run(Criu criu, string stateRoot, string id, string bundle,
        OciSpec spec, CheckpointRecord record, PreparedUnit? unit, List<string> options, Action<string> note)
    {
        ContainerState.CheckId(id);
        SpecCheck.Run(spec);
        string directory = ContainerState.Directory(stateRoot, id), place = unit?.Path ?? ContainerCgroup.Place(spec.Linux?.CgroupsPath, id);
        if (record.CgroupPath is { Length: > 0 } path && path != place)
            throw GantryException.Invalid($"the checkpoint's processes were in the cgroup {path} and can be restored there only: give the container the same name, or config.json this cgroupsPath");
        string group = unit?.Path ?? record.CgroupPath;
        // Before anything is made: a group that exists is the caller's.
        if (ContainerCgroup.At(group).HoldsNewcomers()) throw GantryException.Conflict(InitPatience.Frozen);
        Directory.CreateDirectory(stateRoot);
        if (!Node.MakeDirectory(null, directory, 0x1C9)) throw GantryException.Conflict($"container with id exists: {id}");
        ContainerCgroup cgroup = ContainerCgroup.At(unit is null ? record.CgroupPath : "");
        ContainerProcesses own = ContainerProcesses.None;
        ChildProcess? process = null;
        try
        {
            if (unit is null) own = ContainerProcesses.ForNew(cgroup, spec, note);
            using UnitHolder? holder = unit is null ? null : new UnitHolder();
            OciResources? limits = PidsController.AtFirst(spec.Linux?.Resources);
            if (holder is not null) cgroup = unit!.Start(holder.Pid, limits);
            else cgroup.Create(limits);
            // The processes come in one by one, each with what CRIU needs to make it.
            InitPatience patience = new(() => ContainerCgroup.At(group), bounded: false,
                isNew: () => !ReferenceEquals(own, ContainerProcesses.None));
            process = Restore(criu, directory, bundle, spec, record, options, patience.Silent);
            if (group.Length > 0 && PidsController.AtLast(spec.Linux?.Resources) is { } last) cgroup.Update(last);
            return (process, Publish(stateRoot, id, bundle, spec, record, unit, process));
        }
        catch
        {
            process?.End();
            cgroup.Remove(own);
            TreeRemoval.Remove(directory);
            throw;
        }
    }

    private static ChildProcess Restore(Criu criu, string directory, string bundle, OciSpec spec, CheckpointRecord record,
        List<string> options, Action<TimeSpan> silent)
    {
        // CRIU wants the root to be a mount, one that gets from the host what the container's got. It is one in a mount namespace of our own, which ends with us.
        string root = Path.Combine(directory, RootName), pidFile = Path.Combine(directory, PidName);
        Directory.CreateDirectory(root);
        ThisProcess.LeaveMountNamespace();
        Mount.SetPropagation("/", MountFlags.Slave | MountFlags.Recursive);
        Mount.Bind(Path.GetFullPath(spec.Root?.Path ?? "", bundle), root, recursive: true);
        options.AddRange(["--root", root, "--restore-detached", "--restore-sibling", "--pidfile", pidFile]);
        foreach (string place in record.Mounts) options.AddRange(["--external", $"mnt[{place}]:{ForeignMounts.Source(place, spec, bundle)}"]);
        for (int number = 0; number < record.Streams.Count; number++)
            if (record.Streams[number] is { Length: > 0 } stream) options.AddRange(["--inherit-fd", $"fd[{3 + number}]:{stream}"]);
        try
        {
            criu.Run("restore", options, [0, 1, 2], silent);
        }
        finally
        {
            // What has been restored has its own; under ours the directory could not be removed.
            Mount.Unmount(root);
        }
        int pid = int.Parse(LinuxFile.ReadText(pidFile), CultureInfo.InvariantCulture);
        return new ChildProcess(pid, PidFd.Open(pid) ?? throw GantryException.Internal("the restored process ended at once"));
    }

    private static ContainerState Publish(string stateRoot, string id, string bundle, OciSpec spec, CheckpointRecord record, PreparedUnit? unit, ChildProcess process)
    {
        ContainerState state = new()
        {
            Id = id,
            Pid = process.Pid,
            StartTime = ProcessIdentity.StartTime(process.Pid) ?? 0,
            Bundle = bundle,
            Rootfs = Path.GetFullPath(spec.Root?.Path ?? "", bundle),
            Created = $"{DateTimeOffset.UtcNow:O}",
            CgroupPath = record.CgroupPath,
            OwnPids = ContainerProcesses.HasOwnPids(spec),
            Unit = unit?.Unit,
            Annotations = spec.Annotations,
        };
        state.Prepare(stateRoot);
        ContainerState.Publish(stateRoot, id);
        return state;
    }
}
