using System.Diagnostics;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Puts the phases that the supervisor measured into the running trace, as if they had been ours.</summary>
internal static class ShimPhases
{
    /// <param name="phases">In order, the last one ending now.</param>
    public static void Record(IReadOnlyList<PhaseTime>? phases)
    {
        if (phases is null || !Phase.Source.HasListeners()) return;
        DateTime start = DateTime.UtcNow - TimeSpan.FromMicroseconds(phases.Sum(phase => phase.Microseconds));
        foreach (PhaseTime phase in phases)
        {
            using Activity? activity =
                Phase.Source.StartActivity(phase.Name, ActivityKind.Internal, default(ActivityContext), startTime: start);
            start += TimeSpan.FromMicroseconds(phase.Microseconds);
            activity?.SetEndTime(start);
        }
    }
}
