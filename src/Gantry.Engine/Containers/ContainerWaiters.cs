using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Those who wait for a container to end, or to be gone.</summary>
public sealed class ContainerWaiters
{
    private readonly Lock sync = new();
    private TaskCompletionSource<ExitStatus> exit = New(), removal = New();

    /// <summary>Completes at the next exit.</summary>
    public Task<ExitStatus> NextExit { get { lock (sync) return exit.Task; } }

    /// <summary>Completes when the container has been removed, with its last status.</summary>
    public Task<ExitStatus> Removed { get { lock (sync) return removal.Task; } }

    public void CompleteExit(ExitStatus status)
    {
        TaskCompletionSource<ExitStatus> done;
        lock (sync) (done, exit) = (exit, New());
        done.TrySetResult(status);
    }

    public void CompleteRemoval(ExitStatus status)
    {
        lock (sync) removal.TrySetResult(status);
        CompleteExit(status);
    }

    /// <summary>It is still there, and who waits hears why; from now on the next try is waited for.</summary>
    public void FailRemoval(Exception reason)
    {
        TaskCompletionSource<ExitStatus> failed;
        lock (sync) (failed, removal) = (removal, New());
        failed.TrySetException(reason);
        // Where nobody waits, nobody misses it.
        _ = failed.Task.Exception;
    }

    private static TaskCompletionSource<ExitStatus> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
