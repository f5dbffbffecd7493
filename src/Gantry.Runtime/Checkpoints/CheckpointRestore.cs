using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Cgroups.Controllers;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Checkpoints;

/// <summary>Makes a container again from what <see cref="ContainerCheckpoint"/> wrote.</summary>
internal static class CheckpointRestore
{
    private const string RootName = "root";

    /// <param name="bundle">Absolute.</param>
    /// <param name="note">Gets what is unwise about it.</param>
    /// <returns>Its first process, our child, and the master of its terminal, the caller's; -1 without one.</returns>
    /// <exception cref="LaunchException">Nothing of it is left.</exception>
    public static (ChildProcess Process, ContainerState State, int ConsoleMaster) Run(Criu criu, string stateRoot, string id,
        string bundle, OciSpec spec, CheckpointRecord record, PreparedUnit? unit, CriuOptions options, Action<string> note)
    {
        ContainerState.CheckId(id);
        SpecCheck.Run(spec);
        string directory = ContainerState.Directory(stateRoot, id),
            place = unit?.Path ?? ContainerCgroup.Place(spec.Linux?.CgroupsPath, id);
        if (record.CgroupPath is { Length: > 0 } path && path != place)
            throw GantryException.Invalid($"the checkpoint's processes were in the cgroup {path} and can be restored there only: give the "
                + $"container the same name, or config.json this cgroupsPath");
        string group = unit?.Path ?? record.CgroupPath;
        // Before anything is made: a group that exists is the caller's.
        if (ContainerCgroup.At(group).HoldsNewcomers()) throw GantryException.Conflict(InitPatience.Frozen);
        Directory.CreateDirectory(stateRoot);
        if (!Node.MakeDirectory(null, directory, Octal.O711)) throw GantryException.Conflict($"container with id exists: {id}");
        ContainerCgroup cgroup = ContainerCgroup.At(unit is null ? record.CgroupPath : "");
        ContainerProcesses own = ContainerProcesses.None;
        ChildProcess? process = null;
        SafeFileDescriptor? terminal = null;
        try
        {
            if (unit is null) own = ContainerProcesses.ForNew(cgroup.GroupPath, cgroup.Processes().Count, spec, note);
            using UnitHolder? holder = unit is null ? null : new UnitHolder();
            OciResources? limits = PidsController.AtFirst(spec.Linux?.Resources);
            if (holder is not null) cgroup = unit!.Start(holder.Pid, limits);
            else cgroup.Make(limits);
            // The processes come in one by one, each with what CRIU needs to make it.
            InitPatience patience = new(() => ContainerCgroup.At(group), bounded: false,
                isNew: () => !ReferenceEquals(own, ContainerProcesses.None));
            (process, terminal) = Restore(criu, directory, bundle, spec, record, options, patience.Silent);
            if (group.Length > 0 && PidsController.AtLast(spec.Linux?.Resources) is { } last) cgroup.Update(last);
            return (process, Publish(stateRoot, id, bundle, spec, record, unit, process), Take(terminal));
        }
        catch
        {
            terminal?.Dispose();
            process?.End();
            cgroup.Remove(own);
            TreeRemoval.Remove(directory);
            throw;
        }
    }

    private static int Take(SafeFileDescriptor? terminal)
    {
        int number = terminal?.Number ?? -1;
        terminal?.SetHandleAsInvalid();
        return number;
    }

    private static (ChildProcess Process, SafeFileDescriptor? Terminal) Restore(Criu criu, string directory, string bundle, OciSpec spec,
        CheckpointRecord record, CriuOptions options, Action<TimeSpan> silent)
    {
        // CRIU wants the root to be a mount, one that gets from the host what the container's got.
        // It is one in a mount namespace of our own, which ends with us.
        string root = Path.Combine(directory, RootName);
        Directory.CreateDirectory(root);
        ThisProcess.LeaveMountNamespace();
        Mount.SetPropagation("/", MountFlags.Slave | MountFlags.Recursive);
        Mount.Bind(Path.GetFullPath(spec.Root?.Path ?? "", bundle), root, recursive: true);
        options.SetRoot(root);
        options.Set(CriuFlag.Sibling);
        if (spec.Process?.Terminal == true)
        {
            options.Set(CriuFlag.OrphanedTerminals);
            options.Set(CriuFlag.Notifications);
        }
        foreach (string place in record.Mounts) options.AddExternal($"mnt[{place}]:{ForeignMounts.Source(place, spec, bundle)}");
        for (int number = 0; number < record.Streams.Count; number++)
            if (record.Streams[number] is { Length: > 0 } stream) options.InheritedFiles.Add((number, stream));
        SafeFileDescriptor? terminal = null;
        try
        {
            (int pid, terminal) = criu.Run(Criu.Action.Restore, options, silent);
            SafeFileDescriptor process = PidFd.Open(pid) ?? throw GantryException.Internal("the restored process ended at once");
            return (new ChildProcess(pid, process), terminal);
        }
        catch
        {
            terminal?.Dispose();
            throw;
        }
        finally
        {
            // What has been restored has its own; under ours the directory could not be removed.
            Mount.Unmount(root);
        }
    }

    private static ContainerState Publish(string stateRoot, string id, string bundle, OciSpec spec, CheckpointRecord record,
        PreparedUnit? unit, ChildProcess process)
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
