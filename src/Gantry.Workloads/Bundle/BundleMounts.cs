using Gantry.Oci.Runtime;

namespace Gantry.Workloads.Bundle;

/// <summary>The mounts of the spec: those that every workload has, and its own.</summary>
public static class BundleMounts
{
    /// <summary>What the shared memory that a workload has for itself is called, unlike any mount that was asked for.</summary>
    public const string SharedMemorySource = "shm";

    public const string SharedMemoryPlace = "/dev/shm";

    public static List<OciMount> Build(Workload workload)
    {
        List<OciMount> mounts = Standard(workload.Privileged);
        if (workload.SharedMemory is { } size) mounts.Add(SharedMemory(size));
        mounts.AddRange(workload.Mounts.Select(Own));
        // A mount on a parent directory must come before those below it.
        return [.. mounts.Select((mount, index) => (mount, index)).OrderBy(item => Depth(item.mount, item.index))
            .Select(item => item.mount)];
    }

    private static List<OciMount> Standard(bool privileged)
    {
        string access = privileged ? "rw" : "ro";
        return
        [
            new() { Destination = "/proc", Type = "proc", Source = "proc", Options = ["nosuid", "noexec", "nodev"] },
            new() { Destination = "/dev", Type = "tmpfs", Source = "tmpfs",
                Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
            new() { Destination = "/dev/pts", Type = "devpts", Source = "devpts",
                Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
            new() { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["nosuid", "noexec", "nodev", access] },
            new() { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup", Options = [access, "nosuid", "noexec", "nodev"] },
            // Shows the queues of the IPC namespace that it is mounted in, the host's too, which need not be mounted there.
            new() { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue", Options = ["nosuid", "noexec", "nodev"] },
        ];
    }

    private static OciMount SharedMemory(long size) => new()
    {
        Destination = SharedMemoryPlace,
        Type = "tmpfs",
        Source = SharedMemorySource,
        Options = ["nosuid", "noexec", "nodev", "mode=1777", $"size={size}"],
    };

    private static OciMount Own(WorkloadMount mount) => mount switch
    {
        TmpfsMount tmpfs => Tmpfs(tmpfs),
        BindMount bind => Bind(bind),
        TreeMount tree => Bind(new BindMount(tree.Name, tree.Destination) { ReadOnly = tree.ReadOnly, Recursive = false }),
        _ => throw new ArgumentException($"{mount.GetType().Name} is no kind of mount"),
    };

    private static OciMount Tmpfs(TmpfsMount mount)
    {
        List<string> options = ["nosuid", "nodev", "noexec"];
        foreach (string option in mount.Options)
        {
            options.Remove("no" + option);
            options.Add(option);
        }
        return new() { Destination = mount.Destination, Type = "tmpfs", Source = "tmpfs", Options = options };
    }

    private static OciMount Bind(BindMount mount)
    {
        List<string> options = [mount.Recursive ? "rbind" : "bind", mount.ReadOnly ? "ro" : "rw"];
        if (mount.ReadOnlyBelow) options.Add("rro");
        options.Add(mount.Propagation);
        return new() { Destination = mount.Destination, Type = "bind", Source = mount.Source, Options = options };
    }

    private static (int Depth, int Index) Depth(OciMount mount, int index) => (mount.Destination.Count(c => c == '/'), index);
}
