using Gantry.Api.Containers;
using Gantry.Workloads;
using Gantry.Workloads.Bundle;

namespace Gantry.Engine.Containers;

/// <summary>The mounts of a container besides those that every workload has: the three files about its name and network, and its
/// own.</summary>
internal static class ContainerMounts
{
    private const long DefaultShmSize = 64L << 20;

    public static List<WorkloadMount> Of(Container container, ContainerSurroundings surroundings)
    {
        HostConfig host = container.HostConfig;
        List<WorkloadMount> mounts = [];
        if (SharedShm(container, surroundings) is { } shared) mounts.Add(new BindMount(shared, BundleMounts.SharedMemoryPlace));
        foreach ((string source, string destination) in NetworkFiles(container))
            mounts.Add(new BindMount(source, destination) { ReadOnly = host.ReadonlyRootfs });
        if (host.Init == true) mounts.Add(new BindMount(InitBinary(surroundings), InitProgram.InsidePath) { ReadOnly = true });
        foreach (ContainerMount mount in container.Record.Mounts) mounts.Add(Own(mount));
        return mounts;
    }

    /// <summary>Bytes of a shared memory that is this container's alone; null where it has another, or none.</summary>
    public static long? OwnShm(Container container) =>
        HasOwnMount(container, BundleMounts.SharedMemoryPlace) || container.HostConfig.IpcMode is "none" or "host" or "shareable"
            || JoinedIpc(container) is not null
        ? null : ShmSize(container.HostConfig);

    public static long ShmSize(HostConfig host) => host.ShmSize > 0 ? host.ShmSize : DefaultShmSize;

    /// <summary>The files about its name and network, and their places. A mount of the user's own over one of these wins.</summary>
    public static IEnumerable<(string Source, string Destination)> NetworkFiles(Container container)
    {
        (string Source, string Destination)[] files =
        [
            (container.Paths.ResolvConf, "/etc/resolv.conf"), (container.Paths.Hostname, "/etc/hostname"),
            (container.Paths.Hosts, "/etc/hosts"),
        ];
        return files.Where(file => !HasOwnMount(container, file.Destination));
    }

    /// <summary>The directory on the host that is its shared memory and may be others' too.</summary>
    private static string? SharedShm(Container container, ContainerSurroundings surroundings)
    {
        if (HasOwnMount(container, BundleMounts.SharedMemoryPlace)) return null;
        return container.HostConfig.IpcMode switch
        {
            "host" => BundleMounts.SharedMemoryPlace,
            "shareable" => container.Paths.Shm,
            _ => JoinedIpc(container) is { } other ? surroundings.SharedShm(other) : null,
        };
    }

    private static string? JoinedIpc(Container container) => ContainerMode.Joined(container.HostConfig.IpcMode);

    private static bool HasOwnMount(Container container, string destination) =>
        container.Record.Mounts.Any(mount => mount.Destination == destination);

    private static WorkloadMount Own(ContainerMount mount)
    {
        if (mount.Type == "tmpfs")
            return new TmpfsMount(mount.Destination, (mount.Options ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries));
        return new BindMount(mount.Source, mount.Destination)
        {
            Recursive = !mount.NonRecursive,
            ReadOnly = !mount.ReadWrite,
            ReadOnlyBelow = mount.Type == "bind" && !mount.ReadWrite && !mount.NonRecursive && !mount.WritableBelow
                && CanBeReadOnlyBelow(mount),
            Propagation = string.IsNullOrEmpty(mount.Propagation) ? "rprivate" : mount.Propagation,
        };
    }

    /// <summary>Read-only means what is mounted below too, where the kernel can say so in one call: mount_setattr(2), Linux 5.12.</summary>
    private static bool CanBeReadOnlyBelow(ContainerMount mount)
    {
        if (Environment.OSVersion.Version >= new Version(5, 12)) return true;
        return !mount.ReadOnlyBelow ? false
            : throw GantryException.Invalid(
                $"{mount.Destination}: recursive read-only mounts need Linux 5.12: use bind-recursive=writable");
    }

    private static string InitBinary(ContainerSurroundings surroundings) =>
        surroundings.InitBinary
            ?? throw GantryException.Invalid(
            "--init needs a static init program on the host: install tini, or set \"init-path\" in daemon.json");
}
