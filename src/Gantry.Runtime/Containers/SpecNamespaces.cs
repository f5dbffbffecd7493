using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>linux.namespaces, as kinds to make and descriptors to join.</summary>
internal sealed class SpecNamespaces : IDisposable
{
    private readonly List<NamespaceJoin> _join = [];

    public SpecNamespaces(OciSpec spec)
    {
        foreach (OciNamespace entry in spec.Linux?.Namespaces ?? [])
        {
            NamespaceKinds kind = Kind(entry.Type);
            if (((New | Joined) & kind) != 0) throw GantryException.Invalid($"namespace {entry.Type} is given twice");
            if (string.IsNullOrEmpty(entry.Path)) New |= kind;
            else Join(kind, entry);
        }
        // A user namespace comes first: it decides what the others may be joined with.
        _join.Sort(static (a, b) => (b.Kinds == NamespaceKinds.User).CompareTo(a.Kinds == NamespaceKinds.User));
        if (spec.Linux?.TimeOffsets is { Count: > 0 } offsets)
            TimeOffsets = string.Concat(offsets.Select(static o => $"{o.Key} {o.Value.Secs} {o.Value.Nanosecs}\n"));
    }

    public NamespaceKinds New { get; private set; }
    public NamespaceKinds Joined { get; private set; }
    public IReadOnlyList<NamespaceJoin> ToJoin => _join;
    public string TimeOffsets { get; } = "";
    /// <summary>Our root is not the host's: device nodes and some file systems cannot be made then.</summary>
    public bool InUser => ((New | Joined) & NamespaceKinds.User) != 0;

    /// <summary>The mount namespace is joined by init itself, after its own exec:
    /// otherwise the container's dynamic linker would start our program.</summary>
    public SafeFileDescriptor? ToJoinInside { get; private set; }

    /// <summary>A user namespace to be joined; null where none is, or a new one is made.</summary>
    public SafeFileDescriptor? JoinedUser => (Joined & NamespaceKinds.User) != 0 ? _join[0].Descriptor : null;

    private void Join(NamespaceKinds kind, OciNamespace entry)
    {
        Joined |= kind;
        SafeFileDescriptor file = NamespaceFile.Open(entry.Path!, kind, $"namespace {entry.Type}");
        if (kind == NamespaceKinds.Mount) ToJoinInside = file;
        else _join.Add(new NamespaceJoin(file, kind));
    }

    /// <summary>Those that a container has of its own or has joined; the others are the host's.</summary>
    public static NamespaceKinds Kinds(OciSpec spec)
    {
        NamespaceKinds kinds = NamespaceKinds.None;
        foreach (OciNamespace entry in spec.Linux?.Namespaces ?? []) kinds |= Kind(entry.Type);
        return kinds;
    }

    public static NamespaceKinds Kind(string type) => type switch
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
