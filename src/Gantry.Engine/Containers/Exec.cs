using Gantry.Api.Execs;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>An additional process in a running container. Lives in memory: after a restart of the daemon it runs on and its exit is
/// recorded, but is no longer asked for.</summary>
/// <param name="ended">Called once with its end, whoever hears of that first.</param>
public sealed class Exec(string id, Container container, ExecConfig config, Action<Exec, ExitStatus> ended)
{
    private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    public string Id { get; } = id;
    public Container Container { get; } = container;
    public ExecConfig Config { get; } = config;
    /// <summary>Kept after the end.</summary>
    public int Pid { get; private set; }
    public bool Running => _running.Task.IsCompletedSuccessfully && !_exited.Task.IsCompleted;
    public Task<ExitStatus> Exited => _exited.Task;
    public int? ExitCode => _exited.Task.IsCompletedSuccessfully ? _exited.Task.Result.Code : null;
    public bool Started => Volatile.Read(ref _started) != 0;

    /// <summary>Done once the process runs; for one that never will, when that is known.</summary>
    public Task Ready => Task.WhenAny(_running.Task, _exited.Task);

    /// <summary>An exec is started once.</summary>
    public bool TryStart() => Interlocked.Exchange(ref _started, 1) == 0;

    public void Runs(int pid)
    {
        Pid = pid;
        _running.TrySetResult();
    }

    /// <summary>It was never started and never will be: who waits for that waits no more.</summary>
    public void Abandon(ExitStatus status) => _exited.TrySetResult(status);

    /// <returns>False when its end was known already.</returns>
    public bool Complete(ExitStatus status)
    {
        if (!_exited.TrySetResult(status)) return false;
        ended(this, status);
        return true;
    }
}
