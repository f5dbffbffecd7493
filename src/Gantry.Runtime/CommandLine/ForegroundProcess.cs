using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Terminals;

namespace Gantry.Runtime.CommandLine;

/// <summary>Stands in for a container's process while we wait for it: passes signals on,
/// and keys and output where it has a terminal.</summary>
internal sealed class ForegroundProcess : IDisposable
{
    private const int Hangup = 1, Interrupt = 2, Quit = 3, User1 = 10, User2 = 12, Terminate = 15, WindowChange = 28;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile SafeFileDescriptor? _target;
    private volatile int _terminal = -1;

    /// <summary>From here on signals do not end this process; those that come before there is anything to pass them to are lost.</summary>
    public void Listen()
    {
        foreach (int signal in (ReadOnlySpan<int>)[Hangup, Interrupt, Quit, User1, User2, Terminate, WindowChange])
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, Pass));
    }

    /// <returns>The exit code.</returns>
    public int Wait(SafeFileDescriptor process, int terminal)
    {
        _target = process;
        if (terminal >= 0)
        {
            using SafeFileDescriptor master = new(terminal);
            _terminal = terminal;
            CopySize();
            TerminalSettings? settings = Terminal.MakeRaw(0);
            try
            {
                CopyUntilClosed(master);
            }
            finally
            {
                if (settings is { } before) Terminal.Restore(0, before);
            }
        }
        return ChildProcess.Wait(process)!.Value.Code;
    }

    private void Pass(PosixSignalContext context)
    {
        context.Cancel = true;
        if ((int)context.Signal == WindowChange) CopySize();
        else if (_target is { } process) PidFd.Signal(process, (int)context.Signal);
    }

    private void CopySize()
    {
        if (_terminal >= 0 && Terminal.Size(0) is { } size) Terminal.Resize(_terminal, size.Rows, size.Columns);
    }

    // The master reports an error once the last program has closed its side.
    private static void CopyUntilClosed(SafeFileDescriptor master)
    {
        using Epoll epoll = new();
        epoll.Add(master.Number, EpollEvents.Read, 1);
        bool input = TryAdd(epoll);
        byte[] buffer = new byte[32 << 10];
        Span<EpollReady> ready = stackalloc EpollReady[2];
        while (true)
        {
            int count = epoll.Wait(ready);
            for (int i = 0; i < count; i++)
            {
                if (ready[i].Tag == 1)
                {
                    if (!Copy(master.Number, 1, buffer)) return;
                }
                else if (input && !Copy(0, master.Number, buffer))
                {
                    epoll.Remove(0);
                    input = false;
                }
            }
        }
    }

    // A regular file cannot be waited for and need not be.
    private static bool TryAdd(Epoll epoll)
    {
        try
        {
            epoll.Add(0, EpollEvents.Read, 0);
            return true;
        }
        catch (KernelException e) when (e.Errno is Errno.EPERM or Errno.EBADF)
        {
            return false;
        }
    }

    private static bool Copy(int from, int to, byte[] buffer)
    {
        try
        {
            int count = Descriptor.Read(from, buffer);
            if (count == 0) return false;
            if (count > 0) Descriptor.WriteAll(to, buffer.AsSpan(0, count));
            return true;
        }
        catch (KernelException e) when (e.Errno is Errno.EIO or Errno.EPIPE)
        {
            return false;
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }
}
