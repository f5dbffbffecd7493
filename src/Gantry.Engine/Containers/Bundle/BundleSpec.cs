using Gantry.Api.Containers;
using Gantry.Engine.Security;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Bundle;

/// <summary>Turns a container into the OCI <c>config.json</c> that the runtime gets: the one contract between engine and runtime.</summary>
public static class BundleSpec
{
    /// <summary>What other containers and the daemon contribute.</summary>
    public sealed record Surroundings
    {
        /// <summary>Parent of the container's cgroup, such as <c>/gantry</c>.</summary>
        public required string CgroupParent { get; init; }
        /// <summary>The default seccomp policy for these capabilities.</summary>
        public required Func<IReadOnlyList<string>, OciSeccomp> DefaultSeccomp { get; init; }
        /// <summary>Process id of a container named by <c>container:NAME</c> modes.</summary>
        public required Func<string, int> RunningPid { get; init; }
        /// <summary>The shared memory directory of a container named by <c>--ipc container:NAME</c>.</summary>
        public required Func<string, string> SharedShm { get; init; }
        /// <summary>A static init for <c>--init</c>.</summary>
        public string? InitBinary { get; init; }
        public IReadOnlyList<OciRlimit> DefaultRlimits { get; init; } = [];
    }

    public static OciSpec Build(Container container, Surroundings surroundings)
    {
        ContainerConfig config = container.Record.Config;
        HostConfig host = container.HostConfig;
        IReadOnlyList<string> capabilities = CapabilitySet.Resolve(host.Privileged, host.CapAdd, host.CapDrop);
        return new OciSpec
        {
            Process = BundleProcess.Build(container, capabilities, surroundings),
            Root = new OciRoot { Path = "rootfs", Readonly = host.ReadonlyRootfs },
            Hostname = host.UTSMode == "host" ? null : config.Hostname,
            Domainname = string.IsNullOrEmpty(config.Domainname) ? null : config.Domainname,
            Mounts = BundleMounts.Build(container, surroundings),
            Annotations = host.Annotations is { Count: > 0 } annotations ? new Dictionary<string, string>(annotations) : null,
            Linux = new OciLinux
            {
                Namespaces = Namespaces(host, surroundings),
                CgroupsPath = CgroupPath(container, surroundings.CgroupParent),
                Devices = BundleDevices.Nodes(host),
                Resources = BundleResources.Build(host),
                RootfsPropagation = RootPropagation(container),
                Seccomp = Seccomp(host, capabilities, surroundings),
                Sysctl = Sysctl(host),
                MaskedPaths = host.Privileged ? [] : host.MaskedPaths ?? DefaultMaskedPaths,
                ReadonlyPaths = host.Privileged ? [] : host.ReadonlyPaths ?? DefaultReadonlyPaths,
            },
        };
    }

    public static string CgroupPath(Container container, string defaultParent)
    {
        string parent = string.IsNullOrEmpty(container.HostConfig.CgroupParent) ? defaultParent : container.HostConfig.CgroupParent;
        return $"/{parent.Trim('/')}/{container.Id}";
    }

    public static readonly IReadOnlyList<string> DefaultMaskedPaths =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    public static readonly IReadOnlyList<string> DefaultReadonlyPaths =
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    private static List<OciNamespace> Namespaces(HostConfig host, Surroundings surroundings)
    {
        List<OciNamespace> list = [new() { Type = "mount" }];
        Add(list, "network", host.NetworkMode, "net", surroundings);
        Add(list, "uts", host.UTSMode, "uts", surroundings);
        Add(list, "pid", host.PidMode, "pid", surroundings);
        Add(list, "ipc", host.IpcMode, "ipc", surroundings);
        if (host.CgroupnsMode != "host") list.Add(new() { Type = "cgroup" });
        return list;
    }

    private static void Add(List<OciNamespace> list, string type, string? mode, string file, Surroundings surroundings)
    {
        if (mode == "host") return;
        string? path = mode is not null && mode.StartsWith("container:", StringComparison.Ordinal)
            ? $"/proc/{surroundings.RunningPid(mode["container:".Length..])}/ns/{file}"
            : null;
        list.Add(new OciNamespace { Type = type, Path = path });
    }

    /// <summary>A shared or slave bind mount needs a root that propagates the same way.</summary>
    private static string? RootPropagation(Container container)
    {
        string? wanted = null;
        foreach (ContainerMount mount in container.Record.Mounts)
        {
            if (mount.Propagation is "shared" or "rshared") return "shared";
            if (mount.Propagation is "slave" or "rslave") wanted = "rslave";
        }
        return wanted;
    }

    private static OciSeccomp? Seccomp(HostConfig host, IReadOnlyList<string> capabilities, Surroundings surroundings)
    {
        if (host.Privileged) return null;
        string? profile = SecurityOptions.Parse(host.SecurityOpt).Seccomp;
        return profile switch
        {
            null or "builtin" => surroundings.DefaultSeccomp(capabilities),
            "unconfined" => null,
            _ => SeccompProfile.Parse(profile, capabilities),
        };
    }

    internal static Dictionary<string, string>? Sysctl(HostConfig host)
    {
        // Unprivileged ports and ping are harmless inside a network namespace of one's own, and spare images a capability.
        bool ownNetwork = host.NetworkMode != "host" && host.NetworkMode?.StartsWith("container:", StringComparison.Ordinal) != true;
        Dictionary<string, string> values = [];
        if (ownNetwork && !host.Privileged)
        {
            values["net.ipv4.ip_unprivileged_port_start"] = "0";
            values["net.ipv4.ping_group_range"] = "0 2147483647";
        }
        foreach ((string key, string value) in host.Sysctls ?? []) values[key] = value;
        return values.Count == 0 ? null : values;
    }
}
