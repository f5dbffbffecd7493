using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>A process made by <see cref="Spawn"/>: our child, to be reaped with <see cref="Wait"/>.</summary>
public sealed class ChildProcess(int pid, SafeFileDescriptor pidFd) : IDisposable
{
    private const int EndLimit = 2000;
    private const int WaitByPidFd = 3, WaitExited = 4, WaitNoHang = 1, CodeExited = 1;

    public int Pid { get; } = pid;

    /// <summary>Becomes readable when the process ends; never stands for another process, even after the number is used again.</summary>
    public SafeFileDescriptor PidFd { get; } = pidFd;

    /// <summary>Makes the child and returns when it has executed its program.</summary>
    /// <remarks>
    /// A plain child is made by posix_spawn(3), safe in a process with many threads. One with namespaces,
    /// cgroups or joins is made by a raw clone3 (<see cref="ClonedChild"/>) and may be asked for only by a process without other managed
    /// threads.
    /// </remarks>
    /// <exception cref="KernelException">Its step says what failed; the child is gone.</exception>
    public static ChildProcess Spawn(ChildRequest request)
    {
        if (request.IsPlain) return SpawnedChild.Run(request);
        using NewbornChild child = ClonedChild.Begin(request);
        return child.Execute();
    }

    /// <summary>Makes a child that is not plain, and returns before it has executed its program: its namespaces exist from then on, and
    /// what is done in the meantime costs no time.</summary>
    /// <exception cref="KernelException"/>
    public static NewbornChild Begin(ChildRequest request) => ClonedChild.Begin(request);

    /// <summary>Collects the exit status, once.</summary>
    /// <returns>Null when the process still runs and <paramref name="block"/> is false.</returns>
    public static unsafe ExitResult? Wait(SafeFileDescriptor pidFd, bool block = true)
    {
        ProcessCalls.SignalDetails details = default;
        while (ProcessCalls.waitid(WaitByPidFd, (uint)pidFd.Number, &details, WaitExited | (block ? 0 : WaitNoHang), 0) < 0)
        {
            KernelException error = KernelException.Last("waitid");
            if (error.Errno != Errno.EINTR) throw error;
        }
        if (details.Pid == 0) return null;
        return details.Code == CodeExited ? new ExitResult(details.Status & 0xFF, 0) : new ExitResult(128 + details.Status, details.Status);
    }

    /// <summary>Kills, reaps and disposes it. What is frozen, or hangs in the kernel, is left to die when it goes on.</summary>
    public void End()
    {
        Processes.PidFd.Signal(PidFd, Signals.Kill);
        if (Files.Descriptor.WaitReadable(PidFd.Number, EndLimit)) Wait(PidFd);
        Dispose();
    }

    public void Dispose() => PidFd.Dispose();
}
