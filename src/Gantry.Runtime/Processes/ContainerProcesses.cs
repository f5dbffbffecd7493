using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.Processes;

/// <summary>Which processes are a container's. Its control group does not tell: its path is the caller's choice, and another container
/// or anybody else may be in there too.</summary>
/// <param name="First">The first process; 0 for none.</param>
/// <param name="StartTime">Of the first; see <see cref="ProcessIdentity.StartTime"/>.</param>
/// <param name="OwnPids">They are those of a PID namespace made for it, which the kernel ends with the first process.</param>
internal sealed record ContainerProcesses(int First, long StartTime, bool OwnPids)
{
    /// <summary>Of a container whose processes nobody but itself has brought into its group.</summary>
    public static ContainerProcesses None { get; } = new(0, 0, OwnPids: true);

    /// <summary>Of a container whose group is nobody else's for certain.</summary>
    public static ContainerProcesses Everybody { get; } = new(0, 0, OwnPids: false);

    /// <summary>Where nothing else tells the processes apart: who else is there. Asked each time anew,
    /// for another may come any time.</summary>
    public Func<OtherContainers> FindOthers { private get; init; } = static () => OtherContainers.None;

    /// <summary>Whatever is in the group is the container's.</summary>
    public bool AreAll => !OwnPids && FindOthers().IsEmpty;

    /// <summary>For one that is about to be made in a group.</summary>
    /// <param name="there">How many processes the group has.</param>
    /// <param name="note">Gets what is unwise about it.</param>
    /// <exception cref="GantryException">There are processes, from which those of the container could not be told.</exception>
    public static ContainerProcesses ForNew(string group, int there, OciSpec spec, Action<string> note)
    {
        bool ownPids = HasOwnPids(spec);
        if (there == 0) return new ContainerProcesses(0, 0, ownPids);
        string warning = $"container's cgroup is not empty: {there} process(es) found";
        const string ToldApart = "without a PID namespace of its own the container's processes could not be told from those";
        if (!ownPids) throw GantryException.Conflict($"{warning} in {group}: {ToldApart}");
        note($"{warning} in {group}; limits hold for all of them together, and so does pause");
        return None;
    }

    public static bool HasOwnPids(OciSpec spec)
    {
        foreach (OciNamespace entry in spec.Linux?.Namespaces ?? [])
            if (entry.Type == "pid" && string.IsNullOrEmpty(entry.Path)) return true;
        return false;
    }

    /// <summary>Ends the first process, and with it all where they have a namespace of their own.</summary>
    public void KillFirst()
    {
        if (First == 0) return;
        using SafeFileDescriptor? process = PidFd.Open(First);
        if (process is not null && ProcessIdentity.Matches(First, StartTime)) PidFd.Signal(process, Signals.Kill);
    }

    /// <param name="members">Of the group; they stand still, or else one that is just born may be missed.</param>
    public IReadOnlyList<int> Among(IReadOnlyList<int> members)
    {
        if (members.Count == 0) return members;
        if (OwnPids) return ProcessIdentity.Matches(First, StartTime) ? [.. Within(members, [First])] : [];
        OtherContainers present = FindOthers();
        if (present.IsEmpty) return members;
        HashSet<int> others = Within(members, present.First);
        others.UnionWith(present.Below());
        return [.. members.Where(pid => !others.Contains(pid))];
    }

    // A PID namespace below one of those is somebody's who came from there: his parent, or the parent of that one, is in it.
    private static HashSet<int> Within(IReadOnlyList<int> members, IReadOnlyList<int> first)
    {
        HashSet<FileIdentity> namespaces = [.. first.Select(PidNamespace).OfType<FileIdentity>()];
        HashSet<int> found = [.. members.Where(pid => PidNamespace(pid) is { } own && namespaces.Contains(own))];
        Dictionary<int, int> parents = members.ToDictionary(static pid => pid, static pid => ProcessIdentity.Parent(pid));
        int before;
        do
        {
            before = found.Count;
            foreach ((int pid, int parent) in parents)
                if (found.Contains(parent)) found.Add(pid);
        }
        while (found.Count > before);
        return found;
    }

    private static FileIdentity? PidNamespace(int pid) => FileIdentity.Of($"/proc/{pid}/ns/pid");
}
