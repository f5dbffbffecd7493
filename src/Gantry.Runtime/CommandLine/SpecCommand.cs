using System.Text.Json;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.CommandLine;

/// <summary>Writes a <c>config.json</c> to start from: a shell with few rights.</summary>
internal static class SpecCommand
{
    private static readonly string[] Capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    public static Command Command => new("spec", "", "write a config.json to start from", Run,
        "bundle|b=DIR  where (default the working directory)", "rootless  for the user who calls, in a user namespace");

    private static int Run(GlobalOptions global, OptionParser options)
    {
        string path = Path.Combine(options["bundle"] ?? ".", Bundle.ConfigName);
        if (File.Exists(path)) throw GantryException.Conflict($"File {path} exists. Remove it first");
        RuntimeJson indented = new(new JsonSerializerOptions(RuntimeJson.Default.Options) { WriteIndented = true });
        File.WriteAllText(path, JsonSerializer.Serialize(options.Has("rootless") ? RootlessExample() : Example(), indented.OciSpec));
        return 0;
    }

    public static OciSpec Example() => new()
    {
        Process = new OciProcess
        {
            Terminal = true,
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Cwd = "/",
            Capabilities = new OciCapabilities { Bounding = Capabilities, Effective = Capabilities, Permitted = Capabilities },
            Rlimits = [new OciRlimit { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
            NoNewPrivileges = true,
        },
        Root = new OciRoot { Path = "rootfs", Readonly = true },
        Hostname = "gantry",
        Mounts =
        [
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
        ],
        Linux = new OciLinux
        {
            Resources = new OciResources { Devices = [new OciDeviceRule { Allow = false, Access = "rwm" }] },
            Namespaces = [.. Namespaces().Select(static type => new OciNamespace { Type = type })],
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
                "/proc/sched_debug",
                "/sys/firmware", "/proc/scsi",
            ],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };

    // With v1 the group's own directories are all that the container sees of cgroups, namespace or not.
    private static IEnumerable<string> Namespaces() =>
        ["pid", "network", "ipc", "uts", "mount", .. CgroupHost.IsUnified ? ["cgroup"] : Array.Empty<string>()];

    /// <summary>The same for an ordinary user: he is root inside, has no network of his own (nobody would connect it) and no right to
    /// limits.</summary>
    private static OciSpec RootlessExample()
    {
        OciSpec spec = Example();
        return spec with
        {
            Mounts = [.. spec.Mounts!.Where(static m => m.Type != "cgroup").Select(ForOneUser)],
            Linux = spec.Linux! with
            {
                Resources = null,
                Namespaces = [.. spec.Linux.Namespaces!.Where(static n => n.Type != "network"), new OciNamespace { Type = "user" }],
                UidMappings = [new OciIdMapping { HostID = ThisProcess.EffectiveUser, Size = 1 }],
                GidMappings = [new OciIdMapping { HostID = ThisProcess.EffectiveGroup, Size = 1 }],
            },
        };
    }

    // Group 5 of devpts does not exist with one ID; sysfs shows a network namespace and cannot be mounted for that of the host.
    private static OciMount ForOneUser(OciMount mount) => mount.Type == "sysfs"
        ? Mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro")
        : mount with { Options = mount.Options?.Where(static o => !o.StartsWith("gid=", StringComparison.Ordinal)
        && !o.StartsWith("uid=", StringComparison.Ordinal)).ToArray() };

    private static OciMount Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}
