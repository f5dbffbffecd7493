using Gantry.Linux.Processes;

namespace Gantry.Linux.Seccomp;

/// <summary>seccomp(2).</summary>
public static unsafe class SeccompFilter
{
    private const int SetModeFilter = 1, InstructionSize = 8, MaxInstructions = ushort.MaxValue;

    /// <summary>SECCOMP_FILTER_FLAG_NEW_LISTENER: for a filter with SECCOMP_RET_USER_NOTIF.</summary>
    public const uint NewListener = 8;

    private struct Program
    {
        internal ushort Length;
        internal byte* Instructions;
    }

    /// <summary>Filters the calling thread's system calls from now on, for ever and over exec. Needs CAP_SYS_ADMIN or no_new_privs.</summary>
    /// <param name="filter">Classic BPF, 8 bytes an instruction.</param>
    /// <param name="flags">SECCOMP_FILTER_FLAG_*.</param>
    /// <returns>With <see cref="NewListener"/> the descriptor from which calls are answered; else null.</returns>
    public static SafeFileDescriptor? Load(ReadOnlySpan<byte> filter, uint flags)
    {
        if (filter.Length % InstructionSize != 0 || filter.Length / InstructionSize > MaxInstructions)
            throw new KernelException("load seccomp filter", Errno.EINVAL, value: $"{filter.Length} bytes");
        fixed (byte* instructions = filter)
        {
            Program program = new() { Length = (ushort)(filter.Length / InstructionSize), Instructions = instructions };
            long result = NativeProcess.syscall(SyscallNumber.Seccomp, SetModeFilter, (nint)flags, (nint)(&program), 0, 0);
            if (result < 0) throw KernelException.Last("load seccomp filter", value: $"flags {flags:x}");
            return (flags & NewListener) != 0 ? new SafeFileDescriptor((int)result) : null;
        }
    }
}
