using Gantry.Linux;
using Gantry.Linux.Processes;

namespace Gantry.Engine.Containers;

/// <summary>What is left of a container whose supervisor was killed: nobody reads its output or awaits its end, so it cannot be kept.</summary>
internal static class Orphan
{
    public static void Kill(Container container, string cgroupParent)
    {
        foreach (int pid in Cgroup.Processes(container, cgroupParent))
        {
            using SafeFileDescriptor? process = PidFd.Open(pid);
            if (process is not null) PidFd.Signal(process, Signals.Kill);
        }
    }
}
