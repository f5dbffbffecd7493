using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.Containers;

/// <summary>How long an init may say nothing. Without an end to it, who waits would have to be killed,
/// and would leave the process behind.</summary>
/// <param name="cgroup">Where the init is, or will be.</param>
/// <param name="bounded">False where somebody else decides how long it takes: hooks, a seccomp listener.</param>
/// <param name="isNew">Whether nobody else is in the group, so that it may be thawed to let the init die:
/// what v1 has frozen does not even do that.</param>
internal sealed class InitPatience(Func<ContainerCgroup> cgroup, bool bounded, Func<bool> isNew)
{
    public const string Frozen = "container's cgroup unexpectedly frozen";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>To be called about every second of silence.</summary>
    /// <param name="lasting">Since the last word, or since we began to wait: between create and start,
    /// hours may pass in which there is nothing to say.</param>
    /// <exception cref="LaunchException">There is no sense in waiting on.</exception>
    public void Silent(TimeSpan lasting)
    {
        if (cgroup().HoldsNewcomers())
        {
            if (isNew()) cgroup().LetDie();
            throw LaunchException.UnableToStart(Frozen);
        }
        if (bounded && lasting > Limit) throw LaunchException.UnableToStart($"init has not come further for {Limit.TotalMinutes} minutes");
    }
}
