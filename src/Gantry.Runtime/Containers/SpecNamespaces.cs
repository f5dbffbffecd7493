using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>linux.namespaces, as kinds to make and descriptors to join.</summary>
internal sealed class SpecNamespaces : IDisposable
{
    private readonly List<NamespaceJoin> _join = [];

    internal SpecNamespaces(OciSpec spec)
    {
        foreach (OciNamespace entry in spec.Linux?.Namespaces ?? [])
        {
            NamespaceKinds kind = Kind(entry.Type);
            if (((New | Joined) & kind) != 0) throw GantryException.Invalid($"namespace {entry.Type} is given twice");
            if (string.IsNullOrEmpty(entry.Path)) New |= kind;
            else Join(kind, entry.Path);
        }
        // A user namespace comes first: it decides what the others may be joined with.
        _join.Sort(static (a, b) => (b.Kinds == NamespaceKinds.User).CompareTo(a.Kinds == NamespaceKinds.User));
    }

    internal NamespaceKinds New { get; private set; }
    internal NamespaceKinds Joined { get; private set; }
    internal IReadOnlyList<NamespaceJoin> ToJoin => _join;

    /// <summary>The mount namespace is joined by init itself, after its own exec: otherwise the container's dynamic linker would start our program.</summary>
    internal SafeFileDescriptor? ToJoinInside { get; private set; }

    private void Join(NamespaceKinds kind, string path)
    {
        Joined |= kind;
        SafeFileDescriptor file = LinuxFile.Open(path, OpenFlags.ReadOnly);
        if (kind == NamespaceKinds.Mount) ToJoinInside = file;
        else _join.Add(new NamespaceJoin(file, kind));
    }

    internal static NamespaceKinds Kind(string type) => type switch
    {
        "pid" => NamespaceKinds.Pid,
        "network" => NamespaceKinds.Network,
        "mount" => NamespaceKinds.Mount,
        "ipc" => NamespaceKinds.Ipc,
        "uts" => NamespaceKinds.Uts,
        "user" => NamespaceKinds.User,
        "cgroup" => NamespaceKinds.Cgroup,
        "time" => NamespaceKinds.Time,
        _ => throw GantryException.Invalid($"namespace type \"{type}\" is not known"),
    };

    public void Dispose()
    {
        ToJoinInside?.Dispose();
        foreach (NamespaceJoin join in _join) join.Descriptor.Dispose();
    }
}
