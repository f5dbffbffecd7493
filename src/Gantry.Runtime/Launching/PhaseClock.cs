using System.Diagnostics;
using Gantry.Shim;

namespace Gantry.Runtime.Launching;

/// <summary>Names the stretches of time since it was made, one after the other.</summary>
internal sealed class PhaseClock
{
    private readonly List<PhaseTime> _phases = [];
    private long _last = Stopwatch.GetTimestamp();

    public IReadOnlyList<PhaseTime> Phases => _phases;

    /// <summary>What was done since the last mark.</summary>
    public void Mark(string name)
    {
        long now = Stopwatch.GetTimestamp();
        _phases.Add(new PhaseTime(name, (now - _last) * 1_000_000 / Stopwatch.Frequency));
        _last = now;
    }

    public void Add(IEnumerable<PhaseTime>? phases) => _phases.AddRange(phases ?? []);
}
