using System.Diagnostics;

namespace Gantry.Daemon.Tracing;

/// <summary>Each phase above those that are within it, and those beside each other as they began.</summary>
internal static class PhaseTree
{
    /// <remarks>Time alone does not say so: what another process measured may have begun before the phase that it is told in.</remarks>
    public static IReadOnlyList<PhaseTrace> InOrder(Activity root, IReadOnlyList<(Activity Activity, PhaseTrace Phase)> phases)
    {
        HashSet<Activity> known = [root, .. phases.Select(one => one.Activity)];
        ILookup<Activity, (Activity Activity, PhaseTrace Phase)> within = phases.OrderBy(one => one.Phase.StartMicroseconds)
            .ToLookup(one => Above(one.Activity));
        List<PhaseTrace> ordered = [];
        Add(root);
        return ordered;

        // One that goes on after the answer is not among them.
        Activity Above(Activity activity)
        {
            Activity? above = activity.Parent;
            while (above is not null && !known.Contains(above)) above = above.Parent;
            return above ?? root;
        }

        void Add(Activity above)
        {
            foreach ((Activity activity, PhaseTrace phase) in within[above])
            {
                ordered.Add(phase);
                Add(activity);
            }
        }
    }
}
