using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Containers;

/// <summary>A signal for a container, whoever sends it.</summary>
internal static class ContainerSignal
{
    /// <summary>To the first process.</summary>
    /// <returns>False when it is gone already.</returns>
    public static bool Send(int signal, SafeFileDescriptor first, ContainerCgroup cgroup)
    {
        bool sent = PidFd.Signal(first, signal);
        Finish(signal, cgroup);
        return sent;
    }

    public static void SendAll(int signal, ContainerProcesses own, ContainerCgroup cgroup)
    {
        cgroup.SignalAll(signal, own);
        Finish(signal, cgroup);
    }

    // The first process ends when all others of its PID namespace have, and what v1 has frozen does not.
    private static void Finish(int signal, ContainerCgroup cgroup)
    {
        if (signal == Signals.Kill) cgroup.LetDie();
    }
}
