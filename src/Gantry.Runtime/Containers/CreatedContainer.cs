using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>A container whose first process exists. Disposing closes descriptors and leaves the container as it is; <see cref="Destroy"/> ends it.</summary>
public sealed class CreatedContainer : IDisposable
{
    internal CreatedContainer(int pid, SafeFileDescriptor pidFd, int consoleMaster) => (Pid, PidFd, ConsoleMaster) = (pid, pidFd, consoleMaster);

    /// <summary>The first process, as this process' own PID namespace numbers it. It is our child: reap it with <see cref="ChildProcess.Wait"/>.</summary>
    public int Pid { get; }
    public SafeFileDescriptor PidFd { get; }
    /// <summary>The terminal's master side, owned by the caller; -1 without a terminal.</summary>
    public int ConsoleMaster { get; }
    /// <summary>How long each phase of create (and, after it, start) took, in order.</summary>
    public IReadOnlyList<PhaseTime> Phases => [];

    /// <summary>Lets the first process go on to the user's command; returns when that has been executed.</summary>
    /// <exception cref="LaunchException">The command could not be executed; the process is gone.</exception>
    public void Start() => throw GantryException.Unsupported("start");

    /// <param name="all">Every process in the container's cgroup, not the first alone.</param>
    /// <returns>False when the process is gone already.</returns>
    public bool Signal(int signal, bool all) => throw GantryException.Unsupported("signal");

    /// <summary>Freezes every process; returns when they are.</summary>
    public void Pause() => throw GantryException.Unsupported("pause");

    public void Resume() => throw GantryException.Unsupported("resume");

    /// <summary>Changes the limits that are given; those that are null stay.</summary>
    public void Update(OciResources resources) => throw GantryException.Unsupported("update");

    /// <summary>Whether the kernel killed a process of this container for want of memory, since it was created. Ask before <see cref="Destroy"/>.</summary>
    public bool OomKilled() => false;

    /// <summary>Kills what is left in the cgroup, removes cgroup and state, and runs the poststop hooks. May be called twice.</summary>
    public void Destroy() { }

    public void Dispose() => PidFd.Dispose();
}
