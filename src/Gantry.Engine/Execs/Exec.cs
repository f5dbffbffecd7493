using Gantry.Api;
using Gantry.Engine.Containers;
using Gantry.Shim;

namespace Gantry.Engine.Execs;

/// <summary>An additional process in a running container. Lives in memory: after a restart of the daemon it runs on and its exit is recorded, but is no longer asked for.</summary>
/// <param name="ended">Called once with its end, whoever hears of that first.</param>
public sealed class Exec(string id, Container container, ExecConfig config, Action<Exec, ExitStatus> ended)
{
    private readonly TaskCompletionSource<ExitStatus> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int started;

    public string Id { get; } = id;
    public Container Container { get; } = container;
    public ExecConfig Config { get; } = config;
    /// <summary>Kept after the end.</summary>
    public int Pid { get; private set; }
    public bool Running => running.Task.IsCompletedSuccessfully && !exited.Task.IsCompleted;
    public Task<ExitStatus> Exited => exited.Task;
    public int? ExitCode => exited.Task.IsCompletedSuccessfully ? exited.Task.Result.Code : null;
    public bool Started => Volatile.Read(ref started) != 0;

    /// <summary>Done once the process runs; for one that never will, when that is known.</summary>
    public Task Ready => Task.WhenAny(running.Task, exited.Task);

    /// <summary>An exec is started once.</summary>
    public bool TryStart() => Interlocked.Exchange(ref started, 1) == 0;

    public void Runs(int pid)
    {
        Pid = pid;
        running.TrySetResult();
    }

    /// <returns>False when its end was known already.</returns>
    public bool Complete(ExitStatus status)
    {
        if (!exited.TrySetResult(status)) return false;
        ended(this, status);
        return true;
    }
}
