using Gantry.Api;
using Gantry.Engine.Containers;
using Gantry.Shim;

namespace Gantry.Engine.Execs;

/// <summary>An additional process in a running container. Lives in memory: after a restart of the daemon it runs on and its exit is recorded, but is no longer asked for.</summary>
public sealed class Exec(string id, Container container, ExecConfig config)
{
    private readonly TaskCompletionSource<ExitStatus> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int started;

    public string Id { get; } = id;
    public Container Container { get; } = container;
    public ExecConfig Config { get; } = config;
    public int Pid { get; set; }
    public bool Running { get; set; }
    public Task<ExitStatus> Exited => exited.Task;
    public int? ExitCode => exited.Task.IsCompletedSuccessfully ? exited.Task.Result.Code : null;

    /// <summary>An exec is started once.</summary>
    public bool TryStart() => Interlocked.Exchange(ref started, 1) == 0;

    public void Complete(ExitStatus status)
    {
        Running = false;
        exited.TrySetResult(status);
    }
}
