using Gantry.Linux;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Shim.Streams;
using Gantry.Runtime.Statistics;
using Gantry.Shim;

namespace Gantry.Runtime.Shim.Workloads;

/// <summary>A process that the shim has started and watches.</summary>
/// <param name="PidFd">Owned by whom it is given to.</param>
/// <param name="ConsoleMaster">-1 without a terminal; owned by whom it is given to.</param>
internal sealed record LaunchedProcess(int Pid, SafeFileDescriptor PidFd, int ConsoleMaster, IReadOnlyList<PhaseTime> Phases);

/// <summary>The container as the shim handles it, whichever runtime makes it.</summary>
internal abstract class Workload
{
    internal abstract int Pid { get; }
    internal abstract SafeFileDescriptor PidFd { get; }
    internal abstract int ConsoleMaster { get; }
    /// <summary>How long each step of create and start took so far.</summary>
    internal abstract IReadOnlyList<PhaseTime> Phases { get; }

    /// <exception cref="Containers.LaunchException">The command could not be executed; the container is no more.</exception>
    internal abstract void Start();
    internal abstract void Signal(int signal, bool all);
    internal abstract void Pause();
    internal abstract void Resume();
    internal abstract void Update(OciResources resources);
    /// <exception cref="Containers.LaunchException">Nothing of the new process is left.</exception>
    internal abstract LaunchedProcess Exec(OciProcess process, StdioPipes? pipes);
    internal abstract bool OomKilled();
    internal abstract OomWatch WatchOom();
    /// <summary>Removes everything of the container but its files.</summary>
    internal abstract void Destroy();
}
