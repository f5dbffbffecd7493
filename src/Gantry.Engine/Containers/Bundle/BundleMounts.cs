using Gantry.Api.Containers;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Bundle;

/// <summary>The mounts of the spec: those that every container has, the three files about its name and network, and its own.</summary>
public static class BundleMounts
{
    private const long DefaultShmSize = 64L << 20;

    public static List<OciMount> Build(Container container, BundleSpec.Surroundings surroundings)
    {
        HostConfig host = container.HostConfig;
        List<OciMount> mounts = Standard(host);
        Shm(mounts, container, surroundings);
        AddNetworkFiles(mounts, container);
        if (host.Init == true) mounts.Add(Bind(InitBinary(surroundings), BundleProcess.InitPath, "ro"));
        foreach (ContainerMount mount in container.Record.Mounts) mounts.Add(Own(mount));
        // A mount on a parent directory must come before those below it.
        return [.. mounts.Select((mount, index) => (mount, index)).OrderBy(item => Depth(item.mount, item.index))
            .Select(item => item.mount)];
    }

    private static List<OciMount> Standard(HostConfig host)
    {
        string access = host.Privileged ? "rw" : "ro";
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

    private static void Shm(List<OciMount> mounts, Container container, BundleSpec.Surroundings surroundings)
    {
        HostConfig host = container.HostConfig;
        if (container.Record.Mounts.Any(mount => mount.Destination == "/dev/shm") || host.IpcMode == "none") return;
        string? shared = host.IpcMode switch
        {
            "host" => "/dev/shm",
            "shareable" => container.Paths.Shm,
            string mode when mode.StartsWith("container:", StringComparison.Ordinal) => surroundings.SharedShm(mode["container:".Length..]),
            _ => null,
        };
        mounts.Add(shared is not null
            ? Bind(shared, "/dev/shm")
            : new() { Destination = "/dev/shm", Type = "tmpfs", Source = "shm",
            Options = ["nosuid", "noexec", "nodev", "mode=1777", $"size={ShmSize(host)}"] });
    }

    public static long ShmSize(HostConfig host) => host.ShmSize > 0 ? host.ShmSize : DefaultShmSize;

    private static void AddNetworkFiles(List<OciMount> mounts, Container container)
    {
        string access = container.HostConfig.ReadonlyRootfs ? "ro" : "rw";
        foreach ((string source, string destination) in NetworkFiles(container)) mounts.Add(Bind(source, destination, access));
    }

    /// <summary>The files about its name and network, and their places. A mount of the user's own over one of these wins.</summary>
    internal static IEnumerable<(string Source, string Destination)> NetworkFiles(Container container)
    {
        (string Source, string Destination)[] files =
        [
            (container.Paths.ResolvConf, "/etc/resolv.conf"), (container.Paths.Hostname, "/etc/hostname"),
            (container.Paths.Hosts, "/etc/hosts"),
        ];
        return files.Where(file => !container.Record.Mounts.Any(mount => mount.Destination == file.Destination));
    }

    private static OciMount Own(ContainerMount mount)
    {
        if (mount.Type == "tmpfs")
        {
            List<string> options = ["nosuid", "nodev", "noexec"];
            foreach (string option in (mount.Options ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                options.Remove("no" + option);
                options.Add(option);
            }
            return new() { Destination = mount.Destination, Type = "tmpfs", Source = "tmpfs", Options = options };
        }
        List<string> flags = [mount.NonRecursive ? "bind" : "rbind", mount.ReadWrite ? "rw" : "ro"];
        if (mount.Type == "bind" && !mount.ReadWrite && !mount.NonRecursive && !mount.WritableBelow) AddRecursive(flags, mount);
        flags.Add(string.IsNullOrEmpty(mount.Propagation) ? "rprivate" : mount.Propagation);
        return new() { Destination = mount.Destination, Type = "bind", Source = mount.Source, Options = flags };
    }

    /// <summary>Read-only means what is mounted below too, where the kernel can say so in one call: mount_setattr(2), Linux 5.12.</summary>
    private static void AddRecursive(List<string> flags, ContainerMount mount)
    {
        if (Environment.OSVersion.Version >= new Version(5, 12)) flags.Add("rro");
        else if (mount.ReadOnlyBelow)
            throw GantryException.Invalid($"{mount.Destination}: recursive read-only mounts need Linux 5.12: use bind-recursive=writable");
    }

    private static OciMount Bind(string source, string destination, string access = "rw") =>
        new() { Destination = destination, Type = "bind", Source = source, Options = ["rbind", access, "rprivate"] };

    private static string InitBinary(BundleSpec.Surroundings surroundings) =>
        surroundings.InitBinary
            ?? throw GantryException.Invalid(
            "--init needs a static init program on the host: install tini, or set \"init-path\" in daemon.json");

    private static (int Depth, int Index) Depth(OciMount mount, int index) => (mount.Destination.Count(c => c == '/'), index);
}
