using Gantry.Linux;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Statistics;
using Gantry.Runtime.Supervision.Streams;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>A process that the supervisor has started and watches.</summary>
/// <param name="PidFd">Owned by whom it is given to.</param>
/// <param name="ConsoleMaster">-1 without a terminal; owned by whom it is given to.</param>
internal sealed record LaunchedProcess(int Pid, SafeFileDescriptor PidFd, int ConsoleMaster, IReadOnlyList<PhaseTime> Phases);

/// <summary>The container as its supervisor handles it, whichever runtime makes it.</summary>
internal abstract class SupervisedContainer
{
    public abstract int Pid { get; }
    public abstract SafeFileDescriptor PidFd { get; }
    public abstract int ConsoleMaster { get; }
    /// <summary>How long each step of create and start took so far.</summary>
    public abstract IReadOnlyList<PhaseTime> Phases { get; }
    /// <summary>What was done less well than asked so far; of runtimes that tell.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <exception cref="Launching.LaunchException">The command could not be executed; the container is no more.</exception>
    public abstract void Start();
    public abstract void Signal(int signal, bool all);
    public abstract void Pause();
    public abstract void Resume();
    public abstract void Update(OciResources resources);
    /// <exception cref="Launching.LaunchException">Nothing of the new process is left.</exception>
    public abstract LaunchedProcess Exec(OciProcess process, StdioPipes? pipes);
    public abstract bool OomKilled();
    public abstract OomWatch WatchOom();
    /// <summary>Removes everything of the container but its files.</summary>
    public abstract void Destroy();
}
