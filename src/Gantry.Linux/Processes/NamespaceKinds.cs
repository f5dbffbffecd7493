namespace Gantry.Linux.Processes;

/// <summary>namespaces(7), with the kernel's own CLONE_NEW* values.</summary>
[Flags]
public enum NamespaceKinds : ulong
{
    None = 0,
    Time = 0x80,
    Mount = 0x00020000,
    Cgroup = 0x02000000,
    Uts = 0x04000000,
    Ipc = 0x08000000,
    User = 0x10000000,
    Pid = 0x20000000,
    Network = 0x40000000,
}
