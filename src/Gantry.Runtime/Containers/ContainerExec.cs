using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers.Checks;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Seccomp;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

public sealed record ExecRequest
{
    /// <summary>What to run. Capabilities, rlimits and no_new_privs are taken from here, not from the container.</summary>
    public required OciProcess Process { get; init; }
    /// <summary>The container's first process, whose namespaces and cgroup are joined.</summary>
    public required int TargetPid { get; init; }
    /// <summary>The container's spec: namespaces, cgroup path, seccomp.</summary>
    public required OciSpec Spec { get; init; }
    /// <summary>The file that <see cref="Spec"/> was read from, if it was; see <see cref="CreateRequest.Config"/>.</summary>
    public ConfigFile? Config { get; init; }
    public required string Id { get; init; }
    public required string StateRoot { get; init; }
    /// <summary>For the state that a seccomp listener gets.</summary>
    public string Bundle { get; init; } = "";
    /// <summary>Where the container's processes are, empty for nowhere; null asks the spec.</summary>
    public string? CgroupPath { get; init; }
    /// <summary>Descriptors that become 0, 1 and 2; the caller goes on owning them. Ignored with a terminal.</summary>
    public int Stdin { get; init; } = 0;
    public int Stdout { get; init; } = 1;
    public int Stderr { get; init; } = 2;
    public int PreserveFds { get; init; }
    /// <summary>Called while the process is being made: what the caller has to prepare costs no time there.</summary>
    public Action? Meanwhile { get; init; }
    /// <summary>Also where the container stands still: then it waits until that goes on.</summary>
    public bool IgnorePaused { get; init; }
    /// <summary>See <see cref="CreateRequest.ListenFds"/>.</summary>
    public int ListenFds { get; init; }
    /// <summary>One that was started already, if the caller knew early; the caller goes on owning it.</summary>
    internal OutsideInit? Init { get; init; }
    /// <summary>Where below the container's cgroup it shall be; they exist.</summary>
    internal IReadOnlyList<SubCgroup> SubCgroups { get; init; } = [];
}

/// <summary>A process that was added to a container; our child, to be reaped with <see cref="ChildProcess.Wait"/>.</summary>
public sealed class ExecutedProcess : IDisposable
{
    private readonly ChildProcess _child;

    internal ExecutedProcess(ChildProcess child, int consoleMaster, IReadOnlyList<PhaseTime> phases, IReadOnlyList<string> notes) =>
        (_child, ConsoleMaster, Phases, Notes) = (child, consoleMaster, phases, notes);

    public int Pid => _child.Pid;
    public SafeFileDescriptor PidFd => _child.PidFd;
    /// <summary>The terminal's master side, owned by the caller; -1 without a terminal.</summary>
    public int ConsoleMaster { get; }
    public IReadOnlyList<PhaseTime> Phases { get; }
    /// <summary>What could be done only less well than asked: for the log.</summary>
    public IReadOnlyList<string> Notes { get; }

    public void Dispose() => _child.Dispose();
}

public static class ContainerExec
{
    /// <summary>Runs a further process in a running container; returns when it has been executed.</summary>
    /// <exception cref="LaunchException">It could not be; nothing of it is left.</exception>
    public static ExecutedProcess Run(ExecRequest request)
    {
        ProcessCheck.Run(request.Process);
        try
        {
            return Launch(request);
        }
        catch (KernelException e)
        {
            throw new LaunchException(FailureStep.Other, e.Errno, $"unable to start container process: {e.Message}");
        }
    }

    private static ExecutedProcess Launch(ExecRequest request)
    {
        PhaseClock clock = new();
        NamespaceKinds kinds = SpecNamespaces.Kinds(request.Spec);
        // In a user namespace root may see nothing of a process whose program it may not read:
        // so that one may be born in there before it executes it. Elsewhere who has the rights sees what every process executes: nothing
        // goes in before it executes the sealed file (CVE-2019-5736).
        bool inUser = kinds.HasFlag(NamespaceKinds.User);
        using OutsideInit? outside = inUser ? null
            : request.Init
            ?? OutsideInit.Start(request.StateRoot, InitLaunch.Streams(request.Stdin, request.Stdout, request.Stderr, request.Process),
            request.PreserveFds);
        using SafeFileDescriptor target = PidFd.Open(request.TargetPid)
            ?? throw GantryException.Conflict("cannot exec in a stopped container");
        ConfigFile config = request.Config ?? ConfigFile.Of(new OciSpec { Linux = new OciLinux { Seccomp = request.Spec.Linux?.Seccomp } });
        using CompiledFilter? filter = SeccompCache.Open(config.Seccomp, request.StateRoot);
        ContainerCgroup cgroup =
            ContainerCgroup.At(request.CgroupPath ?? ContainerCgroup.Place(request.Spec.Linux?.CgroupsPath, request.Id));
        cgroup.Check(request.SubCgroups);
        // Somebody else may have frozen it, and whoever waits for the new process with it.
        if (!request.IgnorePaused && cgroup.Frozen) throw GantryException.Conflict("cannot exec in a paused container");
        using SeccompListener? listener = SeccompListener.Connect(filter, config.Seccomp);
        InitPatience? patience = request.IgnorePaused ? null : new(() => cgroup, bounded: listener is null, isNew: static () => false);
        InitLaunch launch = new()
        {
            Filter = filter, Listener = listener, Namespaces = kinds == NamespaceKinds.None ? null : target,
            JoinedKinds = kinds & (inUser ? NamespaceKinds.Mount : ~InitLaunch.Late),
        };
        clock.Mark("prepare");
        var (ours, theirs) = outside is null ? UnixSocket.Pair() : default;
        using InitConversation conversation = new(outside?.Channel ?? new InitChannel(ours));
        conversation.Channel.Silent = patience is null ? null : patience.Silent;
        ChildProcess? inside = outside is null ? Inside() : null;
        try
        {
            if (outside is not null) TellOutside(outside);
            clock.Mark("clone");
            conversation.UntilExecuted();
            clock.Add(conversation.Phases);
            clock.Mark("wait for init");
        }
        catch
        {
            inside?.End();
            throw;
        }
        outside?.Reap();
        ChildProcess command = inside ?? conversation.TakeSibling()
            ?? throw new LaunchException(FailureStep.Other, 0, "unable to start container process: init ended without a word");
        return new ExecutedProcess(command, conversation.TakeConsole(), clock.Phases, conversation.Notes);

        ChildProcess Inside()
        {
            using (theirs)
            {
                using SealedExecutable program = SealedExecutable.Open(request.StateRoot, kinds);
                using CgroupEntry? entry = cgroup.Entry(request.SubCgroups, request.TargetPid);
                // The command fits into a group that is full; what our program takes until then does not.
                bool late = !cgroup.HasRoom();
                NamespaceJoin join = new(target, kinds & ~NamespaceKinds.Mount);
                CgroupEntry? atBirth = late ? null : entry, later = late ? entry : null;
                return InitLaunch.SpawnInside(program, theirs, request, [join], atBirth, patience, pid => Tell(pid, pid, later));
            }
        }

        void TellOutside(OutsideInit init)
        {
            if (listener is not null) conversation.ListenerText = pid => launch.ListenerText(request, pid);
            using CgroupEntry? entry = cgroup.Entry(request.SubCgroups, request.TargetPid);
            Tell(init.Pid, 0, entry);
        }

        void Tell(int pid, int command, CgroupEntry? entry)
        {
            OomScore.Set(pid, request.Process, conversation.Note);
            launch.SendRequest(conversation.Channel, request, entry, inUser, command);
            request.Meanwhile?.Invoke();
        }
    }
}
