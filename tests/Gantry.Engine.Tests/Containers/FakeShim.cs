using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers;

/// <summary>A supervisor without a process: does what it is asked, and its container dies of any signal that would kill.</summary>
internal sealed class FakeShim : IShimControl
{
    private readonly TaskCompletionSource<ExitStatus?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    /// <summary>A number that is somebody's, so that its namespaces are there.</summary>
    private static readonly ShimMessage Ready = new() { Type = ShimMessageType.Created, Pid = Environment.ProcessId };

    public string State { get; private set; } = "created";
    public List<string> Asked { get; } = [];
    /// <summary>What it was told last.</summary>
    public OciResources? Limits { get; private set; }
    /// <summary>Completes, or fails, before it does what an update asks.</summary>
    public Func<Task> BeforeUpdate { get; set; } = () => Task.CompletedTask;

    /// <summary>As a daemon finds it that starts.</summary>
    public static FakeShim Found(bool refusesUpdates) => new()
    {
        State = "running",
        BeforeUpdate = () => refusesUpdates ? throw new ShimFailureException("update", "no", errno: 22) : Task.CompletedTask,
        FirstState = new ShimMessage { Type = ShimMessageType.Done, Pid = Environment.ProcessId, Status = "running" },
    };

    /// <summary>Its process ends.</summary>
    public void Exit(int code)
    {
        State = "stopped";
        _exited.TrySetResult(new ExitStatus { Code = code, At = DateTimeOffset.UnixEpoch.AddDays(1) });
        _reading.TrySetResult();
    }

    /// <summary>It is gone, without a word.</summary>
    public void Die()
    {
        State = "stopped";
        _exited.TrySetResult(null);
        _reading.TrySetResult();
    }

    /// <summary>Nobody holds it any more.</summary>
    public bool IsLetGo { get; private set; }

    public string LastWords => "";
    public ShimMessage? FirstState { get; private init; }
    public Task<ShimMessage> NamespacesReady { get; } = Task.FromResult(Ready);
    public Task<ShimMessage> Created { get; } = Task.FromResult(Ready);
    public Task<ExitStatus?> Exited => _exited.Task;
    public Task Reading => _reading.Task;

    public Task<ShimMessage> StartAsync(CancellationToken cancellation)
    {
        State = "running";
        return Answer("start");
    }

    public Task<ShimMessage> WithinLimitAsync(Task<ShimMessage> step, CancellationToken cancellation) => step;

    public Task SignalAsync(int signal, bool all, string? execId, CancellationToken cancellation)
    {
        if (signal is Signals.Kill or Signals.Term && State != "paused" || signal == Signals.Kill) Exit(128 + signal);
        return Answer($"signal {signal}");
    }

    public Task ResizeAsync(ushort rows, ushort columns, string? execId, CancellationToken cancellation) =>
        Answer($"resize {rows} {columns}");

    public Task PauseAsync(CancellationToken cancellation)
    {
        State = "paused";
        return Answer("pause");
    }

    public Task ResumeAsync(CancellationToken cancellation)
    {
        // What it got while it stood still is felt now.
        if (Asked.Contains($"signal {Signals.Term}")) Exit(128 + Signals.Term);
        else State = "running";
        return Answer("resume");
    }

    public async Task UpdateAsync(OciResources resources, CancellationToken cancellation)
    {
        await BeforeUpdate();
        Limits = resources;
        await Answer("update");
    }

    public Task<ShimMessage> StateAsync(CancellationToken cancellation) => Answer("state");

    private Task<ShimMessage> Answer(string asked)
    {
        Asked.Add(asked);
        return Task.FromResult(new ShimMessage { Type = ShimMessageType.Done, Pid = Environment.ProcessId, Status = State });
    }

    public ValueTask DisposeAsync()
    {
        IsLetGo = true;
        _reading.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
