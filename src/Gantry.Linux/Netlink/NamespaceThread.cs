using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Netlink;

/// <summary>A thread that enters network namespaces for short work and comes back: setns(2) moves one thread,
/// and no other work may run on it meanwhile.</summary>
/// <remarks>A socket or a <c>/proc/sys/net</c> file opened there keeps to that namespace and is used from anywhere afterwards.</remarks>
public sealed class NamespaceThread : IDisposable
{
    /// <summary>CLONE_NEWNET.</summary>
    private const int NetworkNamespace = 0x40000000;

    private readonly BlockingCollection<Action> _queue = [];
    private readonly SafeFileHandle _home;

    public NamespaceThread()
    {
        _home = OpenNamespace("/proc/thread-self/ns/net");
        new Thread(Run) { IsBackground = true, Name = "namespaces" }.Start();
    }

    /// <summary>The namespace that the daemon itself is in.</summary>
    public SafeFileHandle Home => _home;

    /// <summary>Opens a namespace file, such as <c>/proc/PID/ns/net</c>.</summary>
    public static SafeFileHandle OpenNamespace(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>Runs <paramref name="work"/> inside the namespace.</summary>
    public Task<T> RunAsync<T>(SafeFileHandle target, Func<T> work)
    {
        // Continuations must not run on this thread.
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(() =>
        {
            try
            {
                Enter(target);
                T value;
                try
                {
                    value = work();
                }
                finally
                {
                    Return();
                }
                result.SetResult(value);
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    private void Run()
    {
        foreach (Action work in _queue.GetConsumingEnumerable()) work();
    }

    private static void Enter(SafeFileHandle target)
    {
        if (ProcessCalls.setns(target, NetworkNamespace) != 0)
            throw new KernelException("enter network namespace", Marshal.GetLastPInvokeError());
    }

    private void Return()
    {
        // Staying in a container's namespace would put the next container's interfaces into it.
        if (ProcessCalls.setns(_home, NetworkNamespace) != 0)
            Environment.FailFast($"cannot return to the host's network namespace: {Errno.Name(Marshal.GetLastPInvokeError())}");
    }

    public void Dispose() => _queue.CompleteAdding();
}
