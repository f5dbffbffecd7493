using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Gantry.Linux.Sockets;

namespace Gantry.Linux.Processes;

/// <summary>How a process failed to become its command.</summary>
/// <param name="InExecute">execve(2) itself refused; else a step before it.</param>
public readonly record struct StepFailure(bool InExecute, KernelException Error);

/// <summary>The last system calls of a process before it becomes the user's command. All are prepared before the first is made, so that
/// they can be made by this thread or by a child of it, and after them nothing but the command is needed of a policy that holds
/// already.</summary>
/// <remarks>They are made in the order in which they were added.</remarks>
public sealed unsafe class FinalSteps : IDisposable
{
    private const int Capacity = 512, SetControlling = 0x540E, ThisThread = 1, PolicySize = 48,
        Ambient = 47, AmbientRaise = 2, AmbientClear = 4, NoSignal = 0x4000, MaxMessage = 60 << 10;

    private readonly UnmanagedStrings _memory = new();
    private readonly ChildCalls _calls;
    private readonly Dictionary<ChildStep, (string Step, string? Value)> _names = [];
    private readonly List<SafeFileDescriptor> _pipe = [];
    private readonly (SafeFileDescriptor Read, SafeFileDescriptor Write)? _report;

    /// <param name="inSibling">They are for <see cref="RunInSibling"/>. What that needs is opened now:
    /// in the end the command's limits may leave no descriptor.</param>
    public FinalSteps(bool inSibling)
    {
        _calls = new ChildCalls(_memory, Capacity);
        if (inSibling) _report = Descriptor.Pipe();
    }

    private void Name(ChildStep step, string name, string? value = null) => _names[step] = (name, value);

    public void EnterCgroup(IEnumerable<SafeFileDescriptor> tasks)
    {
        Name(ChildStep.EnterCgroup, "enter cgroup");
        foreach (SafeFileDescriptor file in tasks)
            _calls.Add(ChildStep.EnterCgroup, SyscallNumber.Write, file.Number, (nint)_memory.Text("0"), 1);
    }

    public void Join(SafeFileDescriptor target, NamespaceKinds kinds)
    {
        Name(ChildStep.JoinNamespace, "join namespaces", kinds.ToString());
        _calls.Add(ChildStep.JoinNamespace, SyscallNumber.Setns, target.Number, (nint)kinds);
    }

    /// <param name="terminal">Descriptor 0 is one, and becomes the session's.</param>
    public void LeadSession(bool terminal)
    {
        _calls.Add(ChildStep.NewSession, SyscallNumber.Setsid, optional: true);
        Name(ChildStep.ControllingTerminal, "set controlling terminal");
        if (terminal) _calls.Add(ChildStep.ControllingTerminal, SyscallNumber.Ioctl, 0, SetControlling);
    }

    /// <param name="processors">As <see cref="CpuList.Parse"/> makes it. EINVAL: none of them is in the cgroup's cpuset.</param>
    public void SetAffinity(ReadOnlySpan<ulong> processors, string shownList)
    {
        Name(ChildStep.Affinity, "sched_setaffinity", shownList);
        int size = processors.Length * sizeof(ulong);
        byte* mask = _memory.Allocate(size);
        processors.CopyTo(new Span<ulong>(mask, processors.Length));
        _calls.Add(ChildStep.Affinity, SyscallNumber.SchedSetaffinity, 0, size, (nint)mask);
    }

    /// <param name="ioClass">1 real time, 2 best effort, 3 idle.</param>
    /// <param name="priority">0 (first) to 7.</param>
    public void SetIOPriority(int ioClass, int priority)
    {
        Name(ChildStep.IOPriority, "ioprio_set", $"class {ioClass} priority {priority}");
        _calls.Add(ChildStep.IOPriority, SyscallNumber.IoprioSet, ThisThread, 0, ioClass << 13 | priority);
    }

    public void SetPolicy(SchedulingPolicy policy, string shownPolicy)
    {
        Name(ChildStep.Policy, "sched_setattr", shownPolicy);
        Attributes* attributes = (Attributes*)_memory.Allocate(PolicySize);
        *attributes = new Attributes
        {
            Size = PolicySize, Policy = policy.Policy, Flags = policy.Flags, Nice = policy.Nice, Priority = policy.Priority,
            Runtime = policy.Runtime, Deadline = policy.Deadline, Period = policy.Period,
        };
        _calls.Add(ChildStep.Policy, SyscallNumber.SchedSetattr, 0, (nint)attributes);
    }

    /// <summary>Filters system calls from then on. Needs CAP_SYS_ADMIN or no_new_privs.</summary>
    /// <param name="filter">Classic BPF, 8 bytes an instruction.</param>
    /// <param name="flags">SECCOMP_FILTER_FLAG_*.</param>
    /// <param name="listener">With <see cref="Seccomp.SeccompFilter.NewListener"/>:
    /// where the descriptor goes from which calls are answered.</param>
    /// <param name="message">What goes with it; null for what a child's maker says once it knows the child.</param>
    public void LoadFilter(ReadOnlySpan<byte> filter, uint flags, SafeFileDescriptor? listener, byte[]? message)
    {
        Name(ChildStep.Filter, "load seccomp filter", $"flags {flags:x}");
        if (listener is null)
        {
            _calls.AddFilter(filter, flags);
            return;
        }
        SocketCalls.MessageHeader* header = Message(message, out DescriptorCalls.Piece* text);
        if (message is null) AddReadFromMaker(text);
        _calls.AddStoring(ChildStep.Filter, (int*)(header->Control + 16), SyscallNumber.Seccomp,
            ChildCalls.SetModeFilter, (nint)flags, _calls.FilterProgram(filter));
        Name(ChildStep.Listener, "send seccomp listener");
        _calls.Add(ChildStep.Listener, SyscallNumber.Sendmsg, listener.Number, (nint)header, NoSignal);
    }

    // One descriptor, whose number is stored when it is known.
    private SocketCalls.MessageHeader* Message(byte[]? message, out DescriptorCalls.Piece* text)
    {
        SocketCalls.MessageHeader* header = (SocketCalls.MessageHeader*)_memory.Allocate(sizeof(SocketCalls.MessageHeader));
        text = (DescriptorCalls.Piece*)_memory.Allocate(sizeof(DescriptorCalls.Piece));
        *text = new() { Start = _memory.Allocate(message?.Length ?? MaxMessage), Length = (ulong)(message?.Length ?? 0) };
        message?.CopyTo(new Span<byte>(text->Start, message.Length));
        UnixSocket.AttachRights(header, _memory.Allocate(24), [-1]);
        header->Pieces = text;
        header->PieceCount = 1;
        return header;
    }

    private void AddReadFromMaker(DescriptorCalls.Piece* text)
    {
        var (read, write) = Descriptor.Pipe();
        _pipe.AddRange([read, write]);
        _calls.AddStoring(ChildStep.Listener, (int*)&text->Length, SyscallNumber.Read, read.Number, (nint)text->Start, MaxMessage);
    }

    public void SetCapabilities(CapabilityBits sets)
    {
        Name(ChildStep.Capabilities, "capset",
            $"effective {sets.Effective:x} permitted {sets.Permitted:x} inheritable {sets.Inheritable:x}");
        uint* header = (uint*)_memory.Allocate(8), data = (uint*)_memory.Allocate(24);
        header[0] = Capabilities.Version3;
        (data[0], data[1], data[2]) = ((uint)sets.Effective, (uint)sets.Permitted, (uint)sets.Inheritable);
        (data[3], data[4], data[5]) = ((uint)(sets.Effective >> 32), (uint)(sets.Permitted >> 32), (uint)(sets.Inheritable >> 32));
        _calls.Add(ChildStep.Capabilities, SyscallNumber.Capset, (nint)header, (nint)data);
        // Those that are not permitted and inheritable are left out.
        _calls.Add(ChildStep.Capabilities, SyscallNumber.Prctl, Ambient, AmbientClear, optional: true);
        for (int bit = 0; bit < 64; bit++)
            if ((sets.Ambient & (1UL << bit)) != 0)
                _calls.Add(ChildStep.Capabilities, SyscallNumber.Prctl, Ambient, AmbientRaise, bit, optional: true);
    }

    /// <summary>The last.</summary>
    public void Execute(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        Name(ChildStep.Execute, "execute", path);
        _calls.AddSignals();
        _calls.AddExecute(path, arguments, environment);
    }

    /// <summary>This process becomes the command, or it fails.</summary>
    public StepFailure Run() => Failure(ChildCalls.Run(_calls.First, _calls.Count, -1));

    /// <summary>Makes them in this process, where none is <see cref="Execute"/>.</summary>
    /// <exception cref="KernelException">The first that failed; those after it are not made.</exception>
    public void RunHere()
    {
        (int step, int errno) = ChildCalls.Run(_calls.First, _calls.Count, -1);
        if (step != (int)ChildStep.None) throw Failure((step, errno)).Error;
    }

    /// <summary>A child becomes the command: a sibling of this process, its parent's to reap, in the PID namespace that this thread has
    /// joined for its children.</summary>
    /// <param name="cgroup">The directory of cgroup v2 that it is born in, if any.</param>
    /// <param name="born">Gets the child's number as soon as there is one; answers with the message of <see cref="LoadFilter"/>,
    /// if that waits for one.</param>
    /// <returns>Null when it has been executed.</returns>
    public StepFailure? RunInSibling(SafeFileDescriptor? cgroup, Func<int, byte[]?> born)
    {
        var (reportRead, reportWrite) = _report ?? throw new InvalidOperationException("not made for a sibling");
        ProcessCalls.CloneArguments* clone = (ProcessCalls.CloneArguments*)_memory.Allocate(sizeof(ProcessCalls.CloneArguments));
        clone->Flags = ClonedChild.CloneParent | (cgroup is null ? 0 : ClonedChild.CloneIntoCgroup);
        clone->Cgroup = (ulong)(cgroup?.Number ?? 0);
        long pid = ClonedChild.Clone(clone, _calls.First, _calls.Count, reportWrite.Number, _memory);
        if (pid < 0) throw new KernelException("clone3", (int)-pid);
        reportWrite.Dispose();
        byte[]? message = born((int)pid);
        if (message is not null && _pipe is [_, SafeFileDescriptor write]) Descriptor.WriteAll(write.Number, message);
        return ChildReport.Read(reportRead) is { } report ? Failure(report) : null;
    }

    private StepFailure Failure((int Step, int Errno) report)
    {
        ChildStep step = (ChildStep)report.Step;
        (string name, string? value) = _names.TryGetValue(step, out var known) ? known : ($"prepare process ({step})", null);
        return new StepFailure(step == ChildStep.Execute, new KernelException(name, report.Errno, value: value));
    }

    public void Dispose()
    {
        foreach (SafeFileDescriptor end in _pipe) end.Dispose();
        _report?.Read.Dispose();
        _report?.Write.Dispose();
        _memory.Dispose();
    }

    private struct Attributes
    {
        public uint Size, Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime, Deadline, Period;
    }
}
