using Gantry.Linux.Trees;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Processes;
using Gantry.Runtime.Statistics;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>A container whose first process exists. Disposing closes descriptors and leaves the container as it is;
/// <see cref="Destroy"/> ends it.</summary>
public sealed class CreatedContainer : IDisposable
{
    private readonly CreateRequest _request;
    private readonly ChildProcess _child;
    private readonly InitConversation _conversation;
    private readonly ContainerCgroup _cgroup;
    private readonly long _startTime;
    private readonly PhaseClock _clock;
    private readonly List<string> _notes = [];
    private bool _destroyed;

    internal CreatedContainer(CreateRequest request, ChildProcess child, InitConversation conversation, ContainerCgroup cgroup,
        long startTime, PhaseClock clock)
    {
        (_request, _child, _conversation, _cgroup, _startTime, _clock) = (request, child, conversation, cgroup, startTime, clock);
        ConsoleMaster = conversation.TakeConsole();
    }

    /// <summary>The first process, as this process' own PID namespace numbers it. It is our child: reap it with
    /// <see cref="ChildProcess.Wait"/>.</summary>
    public int Pid => _child.Pid;
    public SafeFileDescriptor PidFd => _child.PidFd;
    /// <summary>The terminal's master side, owned by the caller; -1 without a terminal.</summary>
    public int ConsoleMaster { get; }
    /// <summary>How long each phase of create (and, after it, start) took, in order.</summary>
    public IReadOnlyList<PhaseTime> Phases => _clock.Phases;
    /// <summary>What could be done only less well than the spec asks: for the log.</summary>
    public IReadOnlyList<string> Notes => [.. _conversation.Notes, .. _notes];

    /// <summary>Lets the first process go on to the user's command; returns when that has been executed.</summary>
    /// <exception cref="LaunchException">The command could not be executed; the process is gone or about to be.</exception>
    public void Start()
    {
        _conversation.Start();
        _conversation.Dispose();
        HookRunner.RunAllTolerant(_request.Spec.Hooks?.Poststart, "poststart", State("running"), _notes.Add);
        _clock.Mark("start");
    }

    /// <param name="all">Every process in the container's cgroup, not the first alone.</param>
    /// <returns>False when the process is gone already.</returns>
    public bool Signal(int signal, bool all)
    {
        if (!all) return ContainerSignal.Send(signal, PidFd, _cgroup);
        ContainerSignal.SendAll(signal, Processes(), _cgroup);
        return true;
    }

    /// <summary>Freezes every process; returns when they are.</summary>
    public void Pause() => _cgroup.Freeze();

    public void Resume() => _cgroup.Thaw();

    /// <summary>Changes the limits that are given; those that are null stay.</summary>
    public void Update(OciResources resources) => _cgroup.Update(resources);

    /// <summary>Whether the kernel killed a process of this container for want of memory, since it was created. Ask before
    /// <see cref="Destroy"/>.</summary>
    public bool OomKilled() => _cgroup.OomKilled();

    internal OomWatch WatchOom() => OomWatch.On(_cgroup);

    /// <summary>Kills what is left in the cgroup, removes cgroup and state, and runs the poststop hooks. May be called twice.</summary>
    public void Destroy()
    {
        if (_destroyed) return;
        _destroyed = true;
        _conversation.Dispose();
        _cgroup.Remove(Processes());
        string directory = ContainerState.Directory(_request.StateRoot, _request.Id);
        TreeRemoval.Remove(directory);
        HookRunner.RunAllTolerant(_request.Spec.Hooks?.Poststop, "poststop", State("stopped"), _notes.Add);
    }

    private ContainerProcesses Processes()
    {
        bool ownPids = ContainerProcesses.HasOwnPids(_request.Spec);
        Func<OtherContainers> others = () => Neighbours.In(_request.StateRoot, _request.Id, _cgroup.GroupPath);
        return new ContainerProcesses(Pid, _startTime, ownPids) { FindOthers = others };
    }

    private OciState State(string status) =>
        HookRunner.State(_request.Id, status, status == "stopped" ? 0 : Pid, _request.Bundle, _request.Spec);

    public void Dispose()
    {
        _conversation.Dispose();
        _child.Dispose();
    }
}
