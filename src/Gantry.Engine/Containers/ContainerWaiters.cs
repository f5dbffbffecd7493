using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Those who wait for a container to end, or to be gone.</summary>
public sealed class ContainerWaiters
{
    private readonly Lock _sync = new();
    private TaskCompletionSource<ExitStatus> _exit = New(), _removal = New();

    /// <summary>Completes at the next exit.</summary>
    public Task<ExitStatus> NextExit { get { lock (_sync) return _exit.Task; } }

    /// <summary>Completes when the container has been removed, with its last status.</summary>
    public Task<ExitStatus> Removed { get { lock (_sync) return _removal.Task; } }

    public void CompleteExit(ExitStatus status)
    {
        TaskCompletionSource<ExitStatus> done;
        lock (_sync) (done, _exit) = (_exit, New());
        done.TrySetResult(status);
    }

    public void CompleteRemoval(ExitStatus status)
    {
        lock (_sync) _removal.TrySetResult(status);
        CompleteExit(status);
    }

    /// <summary>It is still there, and who waits hears why; from now on the next try is waited for.</summary>
    public void FailRemoval(Exception reason)
    {
        TaskCompletionSource<ExitStatus> failed;
        lock (_sync) (failed, _removal) = (_removal, New());
        failed.TrySetException(reason);
        // Where nobody waits, nobody misses it.
        _ = failed.Task.Exception;
    }

    private static TaskCompletionSource<ExitStatus> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
