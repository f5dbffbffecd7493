namespace Gantry;

/// <summary>When a wait is over, by a clock that nobody sets: the machine's may be put right meanwhile, by hours.</summary>
/// <param name="patience">How long from now on; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
public readonly struct Deadline(TimeSpan patience, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _start = (time ?? TimeProvider.System).GetTimestamp();

    public bool IsOver => patience != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(_start) >= patience;

    /// <summary>Milliseconds left, as poll takes them: none less than 0, and -1 for ever.</summary>
    public int Milliseconds => patience == Timeout.InfiniteTimeSpan ? -1
        : (int)Math.Clamp(Math.Ceiling((patience - _time.GetElapsedTime(_start)).TotalMilliseconds), 0, int.MaxValue);
}
