using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Seccomp;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Hooks;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>Turns init, inside its container, into the user's process; the same for a container's first and an exec's.</summary>
/// <remarks>
/// The order follows from what each step needs:
/// <code>
/// before Start   bounding set (CAP_SETPCAP) → identity, all capabilities kept → cwd and command, seen as the user
/// after Start    hooks → limits → no_new_privs → seccomp (CAP_SYS_ADMIN or no_new_privs) → final capabilities → exec
/// </code>
/// After the filter only capset, prctl and execve are called, so a tight policy stays usable.
/// </remarks>
internal sealed class ProcessSetup(InitRequest request, OciSpec spec, InitChannel channel, PhaseClock clock, SecurityLabels? labels)
{
    private readonly OciProcess _process = spec.Process ?? new OciProcess { Cwd = "/" };

    /// <summary>There where start comes from elsewhere.</summary>
    internal CleanPages? Pages { get; init; }

    /// <summary>Returns only by an exception.</summary>
    internal void BecomeCommand()
    {
        if (spec.Process is null) WaitForStart();
        IReadOnlyList<string> arguments = _process.Args is { Count: > 0 } args ? args : throw GantryException.Invalid("args must not be empty");
        ResolvedUser user = UserLookup.Resolve(_process.User);
        List<string> environment = Environment(user);
        OwnStandardStreams(user);
        CapabilitySets capabilities = CapabilitySets.From(_process.Capabilities, Note);
        capabilities.LimitBounding();
        Capabilities.KeepOverUserChange();
        ThisProcess.SetIdentity(user.Uid, user.Gid, user.Groups.ToArray(), mayKeepGroups: request.InUser);
        capabilities.RaisePermitted();
        ThisProcess.SetUmask(_process.User.Umask ?? 0x12);
        WorkingDirectory.Enter(_process);
        string command = CommandLookup.Find(arguments[0], environment);
        byte[]? filter = ReadFilter();
        clock.Mark("process");
        WaitForStart();
        Finish(capabilities, filter);
        int errno = ThisProcess.Execute(command, arguments, environment);
        string step = errno is Errno.ENOENT ? FailureStep.CommandNotFound : FailureStep.CommandNotExecutable;
        throw new LaunchException(step, errno, $"unable to start container process: exec: \"{arguments[0]}\": {Errno.Message(errno)}");
    }

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
        using CleanPages? pages = Pages;
        if (pages is null) Descriptor.Read(fifo.Number, stackalloc byte[1]);
        else pages.Drop(stackalloc byte[8192], fifo.Number);
    }

    private void Finish(CapabilitySets capabilities, byte[]? filter)
    {
        if (!request.Exec)
            HookRunner.RunAll(spec.Hooks?.StartContainer, "startContainer", HookRunner.State(request.Id, "created", ThisProcess.Id, request.Bundle, spec));
        ThisProcess.CloseOnExecFrom(3 + request.PreserveFds);
        ResourceLimits.Apply(_process.Rlimits, Note);
        Scheduling.Apply(_process, request.Exec);
        if (request.Personality >= 0) ThisProcess.SetPersonality((uint)request.Personality);
        labels?.Apply();
        if (_process.NoNewPrivileges) ThisProcess.ForbidNewPrivileges();
        if (filter is not null) LoadFilter(filter);
        capabilities.Apply();
    }

    private void LoadFilter(byte[] filter)
    {
        byte[] message = System.Text.Encoding.UTF8.GetBytes(request.ListenerMessage);
        using SafeFileDescriptor? notify = SeccompFilter.Load(filter, request.SeccompFlags);
        if (notify is null) return;
        using SafeFileDescriptor listener = new(request.ListenerDescriptor);
        UnixSocket.Send(listener, message, notify.Number);
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

    private List<string> Environment(ResolvedUser user)
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
    private static void OwnStandardStreams(ResolvedUser user)
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
