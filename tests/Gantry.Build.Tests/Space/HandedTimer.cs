namespace Gantry.Build.Tests.Space;

/// <summary>A clock whose one timer rings when a test says so.</summary>
internal sealed class HandedTimer : TimeProvider, ITimer
{
    private TimerCallback? _callback;
    private object? _state;

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    /// <summary>When it was to ring first.</summary>
    public TimeSpan? Due { get; private set; }

    public bool IsDisposed { get; private set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (_callback, _state, Due) = (callback, state, dueTime);
        return this;
    }

    public void Ring() => _callback!(_state);

    public bool Change(TimeSpan dueTime, TimeSpan period) => true;

    public void Dispose() => IsDisposed = true;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
