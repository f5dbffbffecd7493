namespace Gantry.Runtime.Processes;

/// <summary>Containers whose processes are found in the cgroup of one that has no PID namespace of its own,
/// and are not that one's.</summary>
/// <param name="First">First processes of those with a PID namespace made for them.</param>
/// <param name="Groups">How many cgroups below there are, each of which is such a container's.</param>
/// <param name="Below">Who is in these, when it is asked.</param>
internal sealed record OtherContainers(IReadOnlyList<int> First, int Groups, Func<IEnumerable<int>> Below)
{
    public static OtherContainers None { get; } = new([], 0, static () => []);

    public bool IsEmpty => First.Count == 0 && Groups == 0;
}
