using System.Runtime.CompilerServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>A child with namespaces of its own: a raw clone3 with fork semantics, after which the child makes a prepared list of system
/// calls and nothing else.</summary>
/// <remarks>
/// <code>
/// parent                        child
///   clone3(new) ──────────────▶ enter cgroups, join namespaces, …, exec
/// or, where a PID or user namespace is joined (that holds for children only):
///   clone3() ─────────────────▶ enter cgroups, join namespaces
///                               clone3(new, PARENT) ──▶ …, exec        (our child too)
///   ◀── the second's number ─── exit
/// </code>
/// The report pipe is close-on-exec: its end without a message means that the program was executed.
/// </remarks>
internal static unsafe class ClonedChild
{
    private const int BlockSignals = 0, SetSignalMask = 2, SignalChild = 17, CloseOnExecRange = 4, EmptyPath = 0x1000, SetDumpable = 4;
    private const ulong ClonePidFd = 0x1000;
    public const ulong CloneParent = 0x8000, CloneIntoCgroup = 0x200000000;

    /// <returns>The child, whose namespaces exist. It goes on by itself, unless it <see cref="ChildRequest.WaitsForWord"/>.</returns>
    public static NewbornChild Begin(ChildRequest request)
    {
        bool twoSteps = NeedsSecondChild(request);
        ChildPipes pipes = new(request.WaitsForWord);
        try
        {
            return new NewbornChild(request, Clone(request, pipes, twoSteps), pipes, twoSteps);
        }
        catch
        {
            pipes.Dispose();
            throw;
        }
    }

    // What the child needs is in its copy of our memory and of our descriptors: ours go at the return.
    private static ChildProcess Clone(ChildRequest request, ChildPipes pipes, bool twoSteps)
    {
        using UnmanagedStrings memory = new();
        using DescriptorLayout layout = new(request.Descriptors);
        int report = layout.Lift(pipes.ReportWrite.Number);
        ChildCalls calls = new(memory, capacity: 128 + request.Descriptors.Count + request.Join.Count);
        AddAll(calls, request, pipes, layout, memory, twoSteps);
        return Clone(request, calls, report, memory, twoSteps);
    }

    private static void AddAll(ChildCalls calls, ChildRequest request, ChildPipes pipes, DescriptorLayout layout, UnmanagedStrings memory,
        bool twoSteps)
    {
        AddEntry(calls, request, memory, twoSteps);
        if (request.TimeOffsets.Length > 0) AddTime(calls, request.TimeOffsets, memory);
        if (pipes.Word is { } word) AddWait(calls, word.Read, word.Write, memory);
        // Rooted where its maker is: so not before that is in its cgroup.
        if ((request.New & NamespaceKinds.Cgroup) != 0)
            calls.Add(ChildStep.MakeNamespace, SyscallNumber.Unshare, (nint)NamespaceKinds.Cgroup);
        if ((request.WaitsForWord && (request.New & NamespaceKinds.User) != 0) || Joins(request, NamespaceKinds.User))
            AddBecomeRoot(calls);
        AddProgram(calls, request, layout, memory);
    }

    private static ChildProcess Clone(ChildRequest request, ChildCalls calls, int report, UnmanagedStrings memory, bool twoSteps)
    {
        ProcessCalls.CloneArguments* clone = (ProcessCalls.CloneArguments*)memory.Allocate(sizeof(ProcessCalls.CloneArguments));
        int* pidFd = (int*)memory.Allocate(sizeof(int));
        clone->Flags = (twoSteps ? 0 : (ulong)NewAtClone(request)) | ClonePidFd;
        clone->ExitSignal = SignalChild;
        clone->PidFd = (ulong)pidFd;
        if (request.Cgroup?.Directory is { } cgroup)
        {
            clone->Flags |= CloneIntoCgroup;
            clone->Cgroup = (ulong)cgroup.Number;
        }
        long pid = Clone(clone, calls.First, calls.Count, report, memory);
        return pid < 0 ? throw new KernelException("clone3", (int)-pid, request.Path, request.New.ToString())
            : new ChildProcess((int)pid, new SafeFileDescriptor(*pidFd));
    }

    private static bool NeedsSecondChild(ChildRequest request)
    {
        if (request.Join.Count == 0) return false;
        return Joins(request, NamespaceKinds.Pid | NamespaceKinds.User) || (request.New & NamespaceKinds.User) != 0;
    }

    private static bool Joins(ChildRequest request, NamespaceKinds kinds)
    {
        foreach (NamespaceJoin join in request.Join) if ((join.Kinds & kinds) != 0) return true;
        return false;
    }

    // A cgroup namespace is rooted where its maker is: so it is made after entering the cgroup.
    // A time namespace takes no offsets any more once somebody is in it.
    private static NamespaceKinds NewAtClone(ChildRequest request) =>
        request.New & ~NamespaceKinds.Cgroup & ~(request.TimeOffsets.Length > 0 ? NamespaceKinds.Time : NamespaceKinds.None);

    private static void AddEntry(ChildCalls calls, ChildRequest request, UnmanagedStrings memory, bool twoSteps)
    {
        if (request.Affinity.Count > 0)
        {
            ulong* mask = (ulong*)memory.Allocate(request.Affinity.Count * sizeof(ulong));
            for (int i = 0; i < request.Affinity.Count; i++) mask[i] = request.Affinity[i];
            calls.Add(ChildStep.Affinity, SyscallNumber.SchedSetaffinity, 0, request.Affinity.Count * sizeof(ulong), (nint)mask);
        }
        // "0" into a v1 tasks file moves the calling thread without the lock over all forks of the system that moving somebody else takes.
        foreach (SafeFileDescriptor file in request.Cgroup?.Tasks ?? [])
            calls.Add(ChildStep.EnterCgroup, SyscallNumber.Write, file.Number, (nint)memory.Text("0"), 1);
        // Our memory is a copy of the parent's until exec; nobody in there may look into it (CVE-2016-9962).
        // With a user namespace to make, an ordinary user's parent has to write the mappings, which it may only while we are open to it.
        if (request.Join.Count > 0 && (request.New & NamespaceKinds.User) == 0)
            calls.Add(ChildStep.JoinNamespace, SyscallNumber.Prctl, SetDumpable);
        foreach (NamespaceJoin join in request.Join)
            calls.Add(ChildStep.JoinNamespace, SyscallNumber.Setns, join.Descriptor.Number, (nint)join.Kinds);
        if (twoSteps)
        {
            ProcessCalls.CloneArguments* second = (ProcessCalls.CloneArguments*)memory.Allocate(sizeof(ProcessCalls.CloneArguments));
            second->Flags = (ulong)NewAtClone(request) | CloneParent;
            calls.AddSecondChild((nint)second, sizeof(ProcessCalls.CloneArguments));
        }
    }

    // In the container's user namespace already, to which the time namespace shall belong;
    // but before the change of user takes the files of /proc/self away.
    private static void AddTime(ChildCalls calls, string offsets, UnmanagedStrings memory)
    {
        calls.Add(ChildStep.MakeNamespace, SyscallNumber.Unshare, (nint)NamespaceKinds.Time);
        calls.AddOpen(ChildStep.TimeOffsets, memory.Text("/proc/self/timens_offsets"),
            (int)Files.OpenFlags.WriteOnly | FileCalls.O_CLOEXEC);
        calls.Add(ChildStep.TimeOffsets, SyscallNumber.Write, 0, (nint)memory.Text(offsets),
            System.Text.Encoding.UTF8.GetByteCount(offsets));
        // Kernels before 6.3 enter it at the next fork only, not at exec.
        calls.AddOpen(ChildStep.JoinNamespace, memory.Text("/proc/self/ns/time_for_children"), FileCalls.O_CLOEXEC);
        calls.Add(ChildStep.JoinNamespace, SyscallNumber.Setns, 0, (nint)NamespaceKinds.Time);
    }

    // Without its own copy of the other end the child sees its parent die, goes on into its program and learns there that nobody wants it.
    private static void AddWait(ChildCalls calls, SafeFileDescriptor go, SafeFileDescriptor parents, UnmanagedStrings memory)
    {
        calls.Add(ChildStep.Descriptors, SyscallNumber.Close, parents.Number);
        calls.Add(ChildStep.Descriptors, SyscallNumber.Read, go.Number, (nint)memory.Allocate(1), 1);
    }

    // Who is not mapped is nobody, and nobody loses all capabilities in execve.
    private static void AddBecomeRoot(ChildCalls calls)
    {
        calls.Add(ChildStep.BecomeRoot, SyscallNumber.Setgroups, optional: true);
        calls.Add(ChildStep.BecomeRoot, SyscallNumber.Setresgid);
        calls.Add(ChildStep.BecomeRoot, SyscallNumber.Setresuid);
    }

    private static void AddProgram(ChildCalls calls, ChildRequest request, DescriptorLayout layout, UnmanagedStrings memory)
    {
        if (request.WorkingDirectory is { } place) calls.Add(ChildStep.WorkingDirectory, SyscallNumber.Chdir, (nint)memory.Text(place));
        if (request.NewSession) calls.Add(ChildStep.NewSession, SyscallNumber.Setsid);
        calls.Add(ChildStep.Descriptors, SyscallNumber.CloseRange, 3, -1, CloseOnExecRange);
        foreach ((int from, int to) in layout.Moves) calls.Add(ChildStep.Descriptors, SyscallNumber.Dup2, from, to);
        calls.AddSignals();
        if (!request.Filter.IsEmpty)
        {
            calls.AddFilter(request.Filter.Span, request.FilterFlags);
            calls.AddExecute(request.Path, request.Arguments, request.Environment);
            return;
        }
        int directory = request.Directory is { } d ? layout.Lift(d.Number) : -100;
        calls.Add(ChildStep.Execute, SyscallNumber.Execveat, directory, (nint)memory.Text(request.Path),
            (nint)memory.Vector(request.Arguments),
            (nint)memory.Vector(request.Environment), request.Path.Length == 0 ? EmptyPath : 0);
    }

    // Signals stay blocked until the child has default dispositions: our handlers write to pipes that both sides share.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Clone(ProcessCalls.CloneArguments* clone, ChildCall* calls, int count, int report, UnmanagedStrings memory)
    {
        ulong* all = (ulong*)memory.Allocate(8), old = (ulong*)memory.Allocate(8);
        *all = ulong.MaxValue;
        ChildCalls.TouchBeforeFork(memory);
        SystemCalls.rawsyscall(SyscallNumber.RtSigprocmask, BlockSignals, (nint)all, (nint)old, 8, 0);
        long pid = SystemCalls.rawsyscall(SyscallNumber.Clone3, (nint)clone, sizeof(ProcessCalls.CloneArguments), 0, 0, 0);
        if (pid == 0) ChildCalls.Run(calls, count, report);
        long result = pid < 0 ? -*SystemCalls.__errno_location() : pid;
        SystemCalls.rawsyscall(SyscallNumber.RtSigprocmask, SetSignalMask, (nint)old, 0, 8, 0);
        return result;
    }
}
