namespace Gantry.Runtime.Supervision.Loop;

/// <summary>A call at a later time, on the loop's own thread.</summary>
internal sealed class LoopTimer(EventLoop loop, Action action)
{
    /// <summary>In <see cref="EventLoop.Now"/>; <see cref="long.MaxValue"/> while it is not set.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public bool IsSet => Due != long.MaxValue;

    public void Set(long milliseconds)
    {
        if (!IsSet) loop.Timers.Add(this);
        Due = loop.Now + milliseconds;
    }

    public void Stop()
    {
        if (IsSet) loop.Timers.Remove(this);
        Due = long.MaxValue;
    }

    public void Fire()
    {
        Stop();
        action();
    }
}
