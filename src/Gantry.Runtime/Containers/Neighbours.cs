using System.Text.Json;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Containers;

/// <summary>Which other containers are found in the cgroup of one that has no PID namespace of its own.</summary>
internal static class Neighbours
{
    /// <summary>As they are now, with those that are just being made.</summary>
    public static OtherContainers In(string stateRoot, string id, string cgroupPath)
    {
        List<int> first = [];
        List<string> groups = [];
        if (cgroupPath.Length == 0) return OtherContainers.None;
        foreach (string other in ContainerState.AllIds(stateRoot))
        {
            if (other == id || TryLoad(stateRoot, other) is not { } state) continue;
            bool below = state.CgroupPath.StartsWith($"{cgroupPath}/", StringComparison.Ordinal);
            if (below) groups.Add(state.CgroupPath);
            if (!below && state.CgroupPath != cgroupPath) continue;
            if (state.OwnPids && ProcessIdentity.Matches(state.Pid, state.StartTime)) first.Add(state.Pid);
        }
        return new OtherContainers(first, groups.Count, () => groups.SelectMany(static group => ContainerCgroup.At(group).Processes()));
    }

    /// <returns>Null where it has gone, or cannot be read.</returns>
    private static ContainerState? TryLoad(string stateRoot, string id)
    {
        try
        {
            return ContainerState.TryLoadUnfinished(stateRoot, id);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            return null;
        }
    }
}
