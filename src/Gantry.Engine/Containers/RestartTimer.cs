namespace Gantry.Engine.Containers;

/// <summary>The wait between an exit and the restart that the policy asks for; called off by stop, kill and rm.</summary>
public sealed class RestartTimer(TimeProvider time)
{
    private CancellationTokenSource? _pending;

    /// <summary>The last delay, from which the next one is doubled; null after a start by hand.</summary>
    public TimeSpan? Delay { get; private set; }

    public bool Pending => _pending is not null;

    public void Schedule(TimeSpan ran, Func<Task> restart)
    {
        Delay = RestartDecision.Delay(Delay, ran);
        CancellationTokenSource source = _pending = new CancellationTokenSource();
        _ = RunAsync(Delay.Value, source, restart);
    }

    /// <returns>Whether a restart was pending.</returns>
    public bool Cancel()
    {
        Delay = null;
        CancellationTokenSource? source = Interlocked.Exchange(ref _pending, null);
        source?.Cancel();
        return source is not null;
    }

    private async Task RunAsync(TimeSpan delay, CancellationTokenSource source, Func<Task> restart)
    {
        try
        {
            await Task.Delay(delay, time, source.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        // Whoever takes the source out decides: a cancel that comes now is too late, and finds the container starting.
        if (Interlocked.CompareExchange(ref _pending, null, source) == source) await restart();
    }
}
