using System.Text.Json;

namespace Gantry.Runtime.Containers;

/// <summary>Containers whose processes are found in the cgroup of one that has no PID namespace of its own,
/// and are not that one's.</summary>
/// <param name="First">First processes of those with a PID namespace made for them.</param>
/// <param name="Groups">Cgroups below, each of which is such a container's.</param>
internal sealed record OtherContainers(IReadOnlyList<int> First, IReadOnlyList<string> Groups)
{
    public static OtherContainers None { get; } = new([], []);

    public bool IsEmpty => First.Count == 0 && Groups.Count == 0;

    /// <summary>As they are now, with those that are just being made.</summary>
    public static OtherContainers In(string stateRoot, string id, string cgroupPath)
    {
        List<int> first = [];
        List<string> groups = [];
        if (cgroupPath.Length == 0) return None;
        foreach (string other in ContainerState.AllIds(stateRoot))
        {
            if (other == id || TryLoad(stateRoot, other) is not { } state) continue;
            bool below = state.CgroupPath.StartsWith($"{cgroupPath}/", StringComparison.Ordinal);
            if (below) groups.Add(state.CgroupPath);
            if (!below && state.CgroupPath != cgroupPath) continue;
            if (state.OwnPids && ProcessIdentity.Matches(state.Pid, state.StartTime)) first.Add(state.Pid);
        }
        return new OtherContainers(first, groups);
    }

    /// <returns>Null where it has gone, or cannot be read.</returns>
    private static ContainerState? TryLoad(string stateRoot, string id)
    {
        try
        {
            return ContainerState.TryLoadUnfinished(stateRoot, id);
        }
        catch (Exception e) when (e is GantryException or IOException or JsonException)
        {
            return null;
        }
    }
}
