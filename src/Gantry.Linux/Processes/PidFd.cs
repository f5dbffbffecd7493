using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>pidfd_open(2), pidfd_send_signal(2).</summary>
public static class PidFd
{
    /// <returns>Null when there is no such process.</returns>
    public static SafeFileDescriptor? Open(int pid)
    {
        long fd = SystemCalls.syscall(SyscallNumber.PidfdOpen, pid, 0, 0, 0, 0);
        if (fd >= 0) return new SafeFileDescriptor((int)fd);
        KernelException error = KernelException.Last("pidfd_open", $"process {pid}");
        return error.Errno == Errno.ESRCH ? null : throw error;
    }

    /// <param name="signal">0 only asks whether the process exists.</param>
    /// <returns>False when the process is gone.</returns>
    public static bool Signal(SafeFileDescriptor pidFd, int signal)
    {
        if (SystemCalls.syscall(SyscallNumber.PidfdSendSignal, pidFd.Number, signal, 0, 0, 0) == 0) return true;
        KernelException error = KernelException.Last("send signal", value: signal.ToString());
        return error.Errno == Errno.ESRCH ? false : throw error;
    }
}
