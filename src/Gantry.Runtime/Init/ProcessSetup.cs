using System.Text;
using Gantry.Linux;
using Gantry.Linux.Accounts;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>Turns init, inside its container, into the user's process; the same for a container's first and an exec's.</summary>
/// <remarks>
/// The order follows from what each step needs:
/// <code>
/// before Start   bounding set (CAP_SETPCAP) → identity, all capabilities kept → cwd and command, seen as the user
/// after Start    no_new_privs → hooks → limits → FinalSteps, by this process or by a sibling: session → scheduling
///                → seccomp (CAP_SYS_ADMIN or no_new_privs) → final capabilities → exec
/// </code>
/// After the filter only capset, prctl and execve are called, so a tight policy stays usable.
/// </remarks>
internal sealed class ProcessSetup(InitRequest request, OciSpec spec, InitChannel channel, PhaseClock clock, SecurityLabels? labels)
{
    private readonly OciProcess _process = spec.Process ?? new OciProcess { Cwd = "/" };

    /// <summary>There where start comes from elsewhere.</summary>
    public CleanPages? Pages { get; init; }

    /// <summary>Returns by an exception, or when a sibling has become the command.</summary>
    public void BecomeCommand()
    {
        if (spec.Process is null) WaitForStart();
        IReadOnlyList<string> arguments = _process.Args is { Count: > 0 } args ? args
            : throw GantryException.Invalid("args must not be empty");
        Account user = UserLookup.Resolve(_process.User);
        List<string> environment = Environment(user);
        StandardStream.MakeNullOwn();
        OwnStandardStreams(user);
        CapabilitySets capabilities = CapabilitySets.From(_process.Capabilities, Note);
        capabilities.LimitBounding();
        Capabilities.KeepOverUserChange();
        // In a user namespace of an ordinary user groups cannot be set; only where some were asked for does that matter.
        bool mayKeepGroups = request.InUser && user.Groups.All(group => group == user.Gid);
        ThisProcess.SetIdentity(user.Uid, user.Gid, user.Groups.ToArray(), mayKeepGroups);
        capabilities.RaisePermitted();
        ThisProcess.SetUmask(_process.User.Umask ?? Octal.O022);
        WorkingDirectory.Enter(_process);
        string command = CommandLookup.Find(arguments[0], environment);
        byte[]? filter = ReadFilter();
        clock.Mark("process");
        WaitForStart();
        Finish(capabilities, filter, new Command(command, arguments, environment));
    }

    private sealed record Command(string Path, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment);

    private void WaitForStart()
    {
        channel.Send(new InitMessage { Kind = InitMessageKind.Created, Phases = clock.Phases });
        if (request.FifoDescriptor >= 0)
        {
            using SafeFileDescriptor fifo = new(request.FifoDescriptor);
            WaitTakingLittleMemory(fifo);
        }
        else if (!request.Exec && channel.Receive().Message?.Kind != InitMessageKind.Start)
        {
            throw new LaunchException(FailureStep.Other, 0, "the runtime went away before start");
        }
    }

    // A created container may be started in an hour or never, and what it takes until then counts against its own limit.
    private void WaitTakingLittleMemory(SafeFileDescriptor fifo)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Their thread would still run while pages are given back.
        GC.WaitForPendingFinalizers();
        using CleanPages? pages = Pages;
        if (pages is null) Descriptor.Read(fifo.Number, stackalloc byte[1]);
        else pages.Drop(stackalloc byte[8192], fifo.Number);
    }

    private void Finish(CapabilitySets capabilities, byte[]? filter, Command command)
    {
        using SafeFileDescriptor? listener = request.ListenerDescriptor >= 0 ? new(request.ListenerDescriptor) : null;
        labels?.Apply();
        if (_process.NoNewPrivileges) ThisProcess.ForbidNewPrivileges();
        if (RunHooks(filter, listener)) filter = null;
        ThisProcess.CloseOnExecFrom(3 + request.PreserveFds);
        using CgroupEntry? cgroup = Cgroup();
        using SafeFileDescriptor? target = request.LateKinds != NamespaceKinds.None ? new(request.NamespaceDescriptor) : null;
        using FinalSteps steps = new(request.InSibling);
        if (request.InSibling) AddEntry(steps, cgroup, target);
        else steps.EnterCgroup(cgroup?.Tasks ?? []);
        steps.LeadSession(_process.Terminal);
        Scheduling.Add(steps, _process, request.Exec);
        if (filter is not null)
            steps.LoadFilter(filter, request.SeccompFlags, listener,
                request.InSibling ? null : Encoding.UTF8.GetBytes(request.ListenerMessage));
        steps.SetCapabilities(capabilities.Final);
        steps.Execute(command.Path, command.Arguments, command.Environment);
        ResourceLimits.Apply(_process.Rlimits, Note);
        if (request.Personality >= 0) ThisProcess.SetPersonality((uint)request.Personality);
        StepFailure? failure = request.InSibling ? steps.RunInSibling(cgroup?.Directory, pid => Introduce(pid, listener is not null))
            : steps.Run();
        if (failure is { } failed) throw AsLaunchFailure(failed, command);
    }

    // They are inside, so the policy holds for them as for the command. One with a listener can be loaded only once, and for all:
    // by this process, before them.
    private bool RunHooks(byte[]? filter, SafeFileDescriptor? listener)
    {
        if (request.Exec || spec.Hooks?.StartContainer is not { Count: > 0 } hooks) return false;
        bool loaded = filter is not null && listener is not null;
        if (loaded)
        {
            using FinalSteps steps = new(inSibling: false);
            steps.LoadFilter(filter, request.SeccompFlags, listener, Encoding.UTF8.GetBytes(request.ListenerMessage));
            steps.RunHere();
        }
        HookFilter? own = filter is null || loaded ? null : new HookFilter(filter, request.SeccompFlags);
        OciState state = HookRunner.State(request.Id, "created", ThisProcess.Id, request.Bundle, spec);
        HookRunner.RunAll(hooks, "startContainer", state, directory: null, own);
        return loaded;
    }

    // What a process can do for itself alone, and in the end: it is in the container from its birth on.
    private void AddEntry(FinalSteps steps, CgroupEntry? cgroup, SafeFileDescriptor? target)
    {
        Scheduling.AddFirst(steps, _process);
        steps.EnterCgroup(cgroup?.Tasks ?? []);
        if (target is not null) steps.Join(target, request.LateKinds);
    }

    private CgroupEntry? Cgroup()
    {
        if (request.CgroupTasks.Count == 0 && request.CgroupDescriptor < 0) return null;
        List<SafeFileDescriptor> tasks = [];
        foreach (int number in request.CgroupTasks) tasks.Add(new SafeFileDescriptor(number));
        return new CgroupEntry { Tasks = tasks, Directory = request.CgroupDescriptor >= 0 ? new(request.CgroupDescriptor) : null };
    }

    private byte[]? Introduce(int pid, bool listened)
    {
        channel.Send(new InitMessage { Kind = InitMessageKind.Cloned, Pid = pid });
        return listened ? Encoding.UTF8.GetBytes(channel.Receive().Message?.Text ?? "") : null;
    }

    private static Exception AsLaunchFailure(StepFailure failed, Command command)
    {
        if (!failed.InExecute) return failed.Error;
        string step = failed.Error.Errno is Errno.ENOENT ? FailureStep.CommandNotFound : FailureStep.CommandNotExecutable;
        return LaunchException.OfCommand(command.Arguments[0], Errno.Message(failed.Error.Errno), failed.Error.Errno, step);
    }

    private byte[]? ReadFilter()
    {
        if (request.SeccompDescriptor < 0) return null;
        using SafeFileDescriptor file = new(request.SeccompDescriptor);
        byte[] filter = new byte[64 << 10];
        int length = 0, count;
        while ((count = Descriptor.Read(file.Number, filter.AsSpan(length))) > 0)
        {
            length += count;
            if (length == filter.Length) Array.Resize(ref filter, length * 2);
        }
        return filter[..length];
    }

    private List<string> Environment(Account user)
    {
        List<string> environment = [.. _process.Env ?? []];
        if (request.ListenFds > 0) environment.AddRange([$"LISTEN_FDS={request.ListenFds}", "LISTEN_PID=1"]);
        foreach (string variable in environment)
            if (variable.StartsWith("HOME=", StringComparison.Ordinal) && variable.Length > 5) return environment;
        environment.RemoveAll(static variable => variable.StartsWith("HOME=", StringComparison.Ordinal));
        environment.Add($"HOME={(user.Home.Length == 0 ? "/" : user.Home)}");
        return environment;
    }

    // Programs reopen /dev/stdout by its name; without owning the pipe or terminal a user other than root could not.
    private static void OwnStandardStreams(Account user)
    {
        if (user.Uid == 0) return;
        for (int standard = 0; standard < 3; standard++)
        {
            using SafeFileDescriptor stream = new(standard, owns: false);
            if (!StandardStream.IsPrivate(stream)) continue;
            try
            {
                Node.SetOwner(stream, user.Uid, uint.MaxValue);
            }
            catch (KernelException e) when (e.Errno is Errno.EPERM or Errno.EROFS or Errno.EINVAL)
            {
                // A file that came from outside stays whose it was.
            }
        }
    }

    private void Note(string text)
    {
        if (request.FifoDescriptor < 0) channel.Send(new InitMessage { Kind = InitMessageKind.Note, Text = text });
    }
}
