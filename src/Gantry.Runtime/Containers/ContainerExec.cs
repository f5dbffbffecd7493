using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers.Checks;
using Gantry.Runtime.Init;
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
    /// <summary>See <see cref="CreateRequest.ListenFds"/>.</summary>
    public int ListenFds { get; init; }
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
        using SafeFileDescriptor target = PidFd.Open(request.TargetPid) ?? throw GantryException.Conflict("cannot exec in a stopped container");
        ConfigFile config = request.Config ?? ConfigFile.Of(new OciSpec { Linux = new OciLinux { Seccomp = request.Spec.Linux?.Seccomp } });
        using CompiledFilter? filter = SeccompCache.Open(config.Seccomp, request.StateRoot);
        ContainerCgroup cgroup = ContainerCgroup.At(request.CgroupPath ?? ContainerCgroup.Place(request.Spec.Linux?.CgroupsPath, request.Id));
        using SeccompListener? listener = SeccompListener.Connect(filter, config.Seccomp);
        var (ours, theirs) = UnixSocket.Pair();
        using InitConversation conversation = new(new InitChannel(ours));
        NamespaceKinds kinds = Kinds(request.Spec);
        using SealedExecutable program = SealedExecutable.Open(request.StateRoot, kinds);
        bool ownMounts = kinds.HasFlag(NamespaceKinds.Mount);
        InitLaunch launch = new(program, theirs, request.PreserveFds) { Filter = filter, Listener = listener, MountNamespace = ownMounts ? target : null };
        clock.Mark("prepare");
        ChildProcess child;
        using (theirs)
        {
            NamespaceJoin join = new(target, kinds & ~NamespaceKinds.Mount);
            child = launch.Spawn(request, [join], cgroup, pid =>
            {
                OomScore.Set(pid, request.Process, conversation.Note);
                launch.SendRequest(conversation.Channel, request, kinds.HasFlag(NamespaceKinds.User), pid);
                request.Meanwhile?.Invoke();
            });
        }
        try
        {
            clock.Mark("clone");
            conversation.UntilExecuted();
            clock.Add(conversation.Phases);
            clock.Mark("wait for init");
            return new ExecutedProcess(child, conversation.TakeConsole(), clock.Phases, conversation.Notes);
        }
        catch
        {
            PidFd.Signal(child.PidFd, 9);
            ChildProcess.Wait(child.PidFd);
            child.Dispose();
            throw;
        }
    }

    // Those that the container has of its own or joined; the others are the host's, which we are in.
    private static NamespaceKinds Kinds(OciSpec spec)
    {
        NamespaceKinds kinds = NamespaceKinds.None;
        foreach (OciNamespace entry in spec.Linux?.Namespaces ?? []) kinds |= SpecNamespaces.Kind(entry.Type);
        return kinds;
    }
}
