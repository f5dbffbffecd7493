namespace Gantry.Engine.Tests.Containers;

/// <summary>Time goes on only where a test says so.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddDays(1);

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Whether somebody waits for a time to come.</summary>
    public bool IsAwaited { get { lock (_alarms) return _alarms.Count > 0; } }

    /// <summary>Whether somebody waits for just this long.</summary>
    public bool IsAwaitedFor(TimeSpan time) { lock (_alarms) return _alarms.Exists(alarm => alarm.Due == _now + time); }

    public void Advance(TimeSpan time)
    {
        Alarm[] due;
        lock (_alarms)
        {
            _now += time;
            due = [.. _alarms.Where(alarm => alarm.Due <= _now)];
            _alarms.RemoveAll(due.Contains);
        }
        foreach (Alarm alarm in due) alarm.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Alarm alarm = new(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(StoppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._alarms)
            {
                clock._alarms.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._alarms.Add(this);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
