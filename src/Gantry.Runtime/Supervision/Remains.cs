using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Processes;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Runtime.Supervision.Runtimes;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision;

/// <summary><c>gantry-runtime shim --end --config shim.json</c>: what is left of a container whose supervisor was killed, or answers no
/// more, is ended and taken away.</summary>
/// <remarks>Whatever the supervisor was doing when it died, afterwards the container can be started again. May be called twice,
/// and where nothing is left.</remarks>
internal sealed class Remains(ShimConfig config, string configPath, string bundle, OciSpec spec)
{
    private const int Patience = 10_000;

    private int _failures;

    /// <returns>0 when nothing is left.</returns>
    public int End()
    {
        // A supervisor of whom we know that it does not answer would else go on with what it was doing.
        Try("end the supervisor", EndSupervisor);
        Claim? claim = null;
        Try("read the state", () => claim = ReadClaim());
        // The engine makes a cgroup for each container: whoever is in there is this one's.
        ContainerCgroup cgroup = ContainerCgroup.At(claim?.CgroupPath ?? ContainerCgroup.Place(spec.Linux?.CgroupsPath, config.Id));
        Try("end the first process", () => EndFirst(claim));
        Try("end the processes", cgroup.EndAll);
        if (config.Runtime is not null) Try("remove from the runtime", EndForeign);
        Try("remove the cgroup", cgroup.Clear);
        Try("remove the state", () => RemoveState(ContainerState.Directory(config.RuntimeRoot, config.Id)));
        return _failures;
    }

    private void Try(string step, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            // The other steps may still succeed, and the next start tries this one again.
            _failures = 1;
            SupervisorLog.Write($"{step}: {e.Message}");
        }
    }

    // By its command line and its program: it may have died, or hang, before it could write down its number.
    private void EndSupervisor()
    {
        List<string> failures = [];
        foreach ((int pid, string started) in SupervisorProcesses.All(SupervisorProcesses.ThisProgram))
        {
            if (started != configPath) continue;
            try
            {
                EndSupervisor(pid);
            }
            catch (KernelException e)
            {
                // There may be another one, of a start that was cut off.
                failures.Add(e.Message);
            }
        }
        if (failures.Count > 0) throw GantryException.Internal(string.Join("; ", failures));
    }

    private void EndSupervisor(int pid)
    {
        using SafeFileDescriptor? process = PidFd.Open(pid);
        // The number may have become another's before it was held.
        if (process is null || !SupervisorProcesses.Is(pid, configPath, SupervisorProcesses.ThisProgram)) return;
        PidFd.Signal(process, Signals.Kill);
        if (!Descriptor.WaitReadable(process.Number, Patience)) throw new KernelException("kill", Errno.ETIMEDOUT, $"process {pid}");
    }

    private sealed record Claim(int Pid, long StartTime, string CgroupPath);

    // Another runtime's is none of ours, and is not asked for.
    private Claim? ReadClaim()
    {
        if (config.Runtime is not null || ContainerState.TryLoadUnfinished(config.RuntimeRoot, config.Id) is not { } state) return null;
        return new Claim(state.Pid, state.StartTime, state.CgroupPath);
    }

    // It may not be in its cgroup yet.
    private static void EndFirst(Claim? claim)
    {
        if (claim is null) return;
        using SafeFileDescriptor? process = PidFd.Open(claim.Pid);
        if (process is not null && ProcessIdentity.Matches(claim.Pid, claim.StartTime)) PidFd.Signal(process, Signals.Kill);
    }

    private void EndForeign()
    {
        string root = Path.Combine(bundle, spec.Root?.Path ?? "rootfs");
        try
        {
            new ForeignRuntime(config.Runtime!, config.RuntimeRoot, bundle).Run(null, "delete", "--force", config.Id);
        }
        finally
        {
            if (config.Root is not null) Mount.Unmount(root);
        }
    }

    private static void RemoveState(string directory) => TreeRemoval.Remove(directory);
}
