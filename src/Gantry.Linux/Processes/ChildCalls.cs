using System.Runtime.CompilerServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>What a forked child was doing when it failed.</summary>
internal enum ChildStep
{
    None, Affinity, EnterCgroup, JoinNamespace, MakeNamespace, SecondChild, BecomeRoot, TimeOffsets, WorkingDirectory, NewSession,
        ControllingTerminal, Descriptors,
    IOPriority, Policy, Filter, Listener, Capabilities, Signals, Execute,
}

/// <summary>One system call of the child, complete with its arguments.</summary>
internal unsafe struct ChildCall
{
    public long Number;
    public nint A, B, C, D, E;
    public ChildStep Step;
    /// <summary>0 fails the child, 1 goes on after a failure, 2 is the clone whose child goes on,
    /// 3 gives its result to the next call as A.</summary>
    public int Kind;
    /// <summary>Gets the result, or is null.</summary>
    public int* Result;
}

/// <summary>The list of system calls that is all a forked child does; it lies in unmanaged memory and is complete before the
/// fork.</summary>
internal sealed unsafe class ChildCalls(UnmanagedStrings memory, int capacity)
{
    private const int Optional = 1, Second = 2, Passing = 3, SetSignalMask = 2, LastSignal = 64, InstructionSize = 8;
    public const int SetModeFilter = 1;

    public ChildCall* First { get; } = (ChildCall*)memory.Allocate(capacity * sizeof(ChildCall));
    public int Count { get; private set; }

    public void Add(ChildStep step, long number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, bool optional = false) =>
        Append(new ChildCall { Step = step, Number = number, A = a, B = b, C = c, D = d, E = e, Kind = optional ? Optional : 0 });

    /// <summary>The descriptor that this opens is the first argument of the call that is added next.</summary>
    public void AddOpen(ChildStep step, byte* path, int flags) =>
        Append(new ChildCall { Step = step, Number = SyscallNumber.Openat, A = -100, B = (nint)path, C = flags, Kind = Passing });

    /// <summary>What it returns is stored where later calls read it.</summary>
    public void AddStoring(ChildStep step, int* result, long number, nint a, nint b, nint c) =>
        Append(new ChildCall { Step = step, Number = number, A = a, B = b, C = c, Result = result });

    public void AddSecondChild(nint arguments, nint size) =>
        Append(new ChildCall { Step = ChildStep.SecondChild, Number = SyscallNumber.Clone3, A = arguments, B = size, Kind = Second });

    /// <summary>Filters system calls from then on.</summary>
    public void AddFilter(ReadOnlySpan<byte> filter, uint flags) =>
        Add(ChildStep.Filter, SyscallNumber.Seccomp, SetModeFilter, (nint)flags, FilterProgram(filter));

    /// <returns>A <c>struct sock_fprog</c>.</returns>
    public nint FilterProgram(ReadOnlySpan<byte> filter)
    {
        if (filter.Length % InstructionSize != 0 || filter.Length / InstructionSize > ushort.MaxValue)
            throw new KernelException("load seccomp filter", Errno.EINVAL, value: $"{filter.Length} bytes");
        byte* instructions = memory.Allocate(filter.Length);
        filter.CopyTo(new Span<byte>(instructions, filter.Length));
        byte* program = memory.Allocate(16);
        *(ushort*)program = (ushort)(filter.Length / InstructionSize);
        *(byte**)(program + 8) = instructions;
        return (nint)program;
    }

    /// <summary>Not execveat: a filter that holds already may know no call but this one.</summary>
    public void AddExecute(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment) =>
        Add(ChildStep.Execute, SyscallNumber.Execve, (nint)memory.Text(path), (nint)memory.Vector(arguments),
            (nint)memory.Vector(environment));

    private void Append(ChildCall call)
    {
        if (Count == capacity) throw new InvalidOperationException($"a child makes at most {capacity} system calls");
        First[Count++] = call;
    }

    /// <summary>Runs in the child and does not return. May touch nothing but its arguments: no allocation, no static,
    /// no managed call.</summary>
    /// <param name="report">Gets step and errno of what failed; -1 in a process that calls this for itself, where it returns.</param>
    /// <returns>Step and errno of what failed.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static (int Step, int Value) Run(ChildCall* calls, int count, int report)
    {
        int* message = stackalloc int[2];
        message[0] = message[1] = 0;
        for (ChildCall* call = calls; call < calls + count; call++)
        {
            long result = SystemCalls.rawsyscall(call->Number, call->A, call->B, call->C, call->D, call->E);
            if (call->Kind == Passing && result >= 0)
            {
                call[1].A = (nint)result;
                continue;
            }
            if (call->Result != null) *call->Result = (int)result;
            if (call->Kind == Optional || (result >= 0 && call->Kind == 0) || (result == 0 && call->Kind == Second)) continue;
            int error = *SystemCalls.__errno_location();
            message[0] = (int)call->Step;
            message[1] = call->Kind == Second ? (result > 0 ? (int)result : -error) : error;
            if (report >= 0) SystemCalls.rawsyscall(SyscallNumber.Write, report, (nint)message, 8, 0, 0);
            break;
        }
        if (report >= 0) SystemCalls.rawsyscall(SyscallNumber.Exit, 127, 0, 0, 0, 0);
        return (message[0], message[1]);
    }

    /// <summary>Signals at their defaults and unblocked: those that are ignored would stay so over an exec.</summary>
    public void AddSignals()
    {
        nint defaults = (nint)memory.Allocate(32), none = (nint)memory.Allocate(8);
        for (int signal = 1; signal <= LastSignal; signal++)
            Add(ChildStep.Signals, SyscallNumber.RtSigaction, signal, defaults, 0, 8, optional: true);
        Add(ChildStep.Signals, SyscallNumber.RtSigprocmask, SetSignalMask, none, 0, 8);
    }

    /// <summary>Where a JIT compiles and binds at the first call, let that happen on the parent's side.</summary>
    public static void TouchBeforeFork(UnmanagedStrings memory)
    {
        ChildCall* harmless = (ChildCall*)memory.Allocate(sizeof(ChildCall));
        harmless->Number = SyscallNumber.Getpid;
        Run(harmless, 1, -1);
        _ = *SystemCalls.__errno_location();
    }
}
