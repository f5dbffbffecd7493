using System.Globalization;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Push;

namespace Gantry.Daemon.Configuration;

/// <summary>Every option there is, with Docker's names.</summary>
internal static class OptionTable
{
    public static readonly IReadOnlyList<Option> All =
        [.. Daemon(), .. Containers(), .. Networks(), .. Registries(), .. Tls(), .. Actions(), .. AcceptedForDocker()];

    private static IEnumerable<Option> Daemon() =>
    [
        new("data-root", "data-root", OptionKind.Text, "Where images, containers and volumes are kept",
            (o, v) => o.DataRoot = FullPath("data-root", v), 'g'),
        new("exec-root", "exec-root", OptionKind.Text, "Where the state of running containers is kept",
            (o, v) => o.ExecRoot = FullPath("exec-root", v)),
        new("config-file", null, OptionKind.Text, "Configuration file (default /etc/gantry/daemon.json)", (o, v) => o.ConfigFile = v),
        new("pidfile", "pidfile", OptionKind.Text, "File for the daemon's process id", (o, v) => o.PidFile = v, 'p'),
        new("host", "hosts", OptionKind.List, "Where to listen: unix://PATH, tcp://ADDRESS:PORT, fd://", (o, v) => o.Hosts.Add(v), 'H'),
        new("group", "group", OptionKind.Text, "Group that may use the UNIX socket", (o, v) => o.Group = v, 'G'),
        new("debug", "debug", OptionKind.Switch, "Log each request and the phases of each operation", (o, v) => o.Debug = Bool("debug", v),
            'D'),
        new("log-level", "log-level", OptionKind.Text, "debug, info, warn, error or fatal", SetLogLevel, 'l'),
        new("label", "labels", OptionKind.List, "A key=value that info shows", (o, v) => o.Labels.Add(v)),
        new("shutdown-timeout", "shutdown-timeout", OptionKind.Text, "Seconds that running requests get at the end",
            (o, v) => o.ShutdownTimeout = Math.Clamp(Int("shutdown-timeout", v), 0, 60)),
    ];

    private static IEnumerable<Option> Containers() =>
    [
        new("storage-driver", "storage-driver", OptionKind.Text, "overlay2, fuse-overlayfs, btrfs or vfs", (o, v) => o.StorageDriver = v,
            's'),
        new("gc-free-space-low", "gc-free-space-low", OptionKind.Text,
            "Free space of the data root below which the daemon makes room: 5%, 10GB",
            (o, v) => o.FreeSpaceLow = Space("gc-free-space-low", v)),
        new("gc-free-space-enough", "gc-free-space-enough", OptionKind.Text, "Free space at which it stops removing images",
            (o, v) => o.FreeSpaceEnough = Space("gc-free-space-enough", v)),
        new("gc-unused-images", "gc-unused-images", OptionKind.Text,
            "Images that no container has used for so long may go then (720h); none without it",
            (o, v) => o.UnusedImages = Time("gc-unused-images", v)),
        new(null, "builder", OptionKind.List, "What bounds the cache of builds", BuilderFile.Set),
        new("cgroup-parent", "cgroup-parent", OptionKind.Text, "Parent of the containers' cgroups", (o, v) => o.CgroupParent = v),
        new("default-runtime", "default-runtime", OptionKind.Text, "Runtime used without --runtime", (o, v) => o.DefaultRuntime = v),
        new("add-runtime", "runtimes", OptionKind.List, "Another OCI runtime: NAME=PATH", (o, v) => SetPair("add-runtime", o.Runtimes, v)),
        new("init-path", "init-path", OptionKind.Text, "The program that --init runs", (o, v) => o.InitPath = v),
        new("log-driver", "log-driver", OptionKind.Text, "json-file, local or none", (o, v) => o.LogDriver = v),
        new("log-opt", "log-opts", OptionKind.List, "Option of the log driver: max-size=20m",
            (o, v) => SetPair("log-opt", o.LogOptions, v)),
        new("default-ulimit", "default-ulimits", OptionKind.List, "Limit for containers: NAME=SOFT:HARD",
            (o, v) => SetPair("default-ulimit", o.DefaultUlimits, v)),
        new("default-shm-size", "default-shm-size", OptionKind.Text, "Size of /dev/shm", (o, v) => o.ShmSize = Size("default-shm-size", v)),
    ];

    private static IEnumerable<Option> Networks() =>
    [
        new("bridge", "bridge", OptionKind.Text, "Bridge of the default network", (o, v) => o.Bridge = v, 'b'),
        new("bip", "bip", OptionKind.Text, "Address of that bridge: 172.17.0.1/16",
            (o, v) => o.BridgeAddress = v.Length > 0 ? NetworkValues.InterfaceAddress("bip", v) : null),
        new("fixed-cidr", "fixed-cidr", OptionKind.Text, "The part of its subnet that containers get addresses from: 172.17.8.0/24",
            (o, v) => o.FixedRange = v.Length > 0 ? NetworkValues.InterfaceAddress("fixed-cidr", v).Subnet : null),
        new("ipv6", "ipv6", OptionKind.Switch, "IPv6 in the default network", (o, v) => o.IPv6 = Bool("ipv6", v)),
        new("fixed-cidr-v6", "fixed-cidr-v6", OptionKind.Text, "Its IPv6 subnet: fd00:17::/64",
            (o, v) => o.FixedRange6 = v.Length > 0 ? NetworkValues.InterfaceAddress("fixed-cidr-v6", v).Subnet : null),
        new("default-address-pool", "default-address-pools", OptionKind.List,
            "What networks without a subnet get theirs of: base=10.10.0.0/16,size=24",
            (o, v) => o.AddressPools.Add(NetworkValues.Pool("default-address-pool", v))),
        new("ip", "ip", OptionKind.Text, "Address that ports are published on by default",
            (o, v) => o.DefaultBindAddress = NetworkValues.Address("ip", v.Trim('[', ']'))),
        // 0 is the default, as in dockerd's file; what is possible depends on IPv6.
        new("mtu", "mtu", OptionKind.Text, "MTU of the containers' networks",
            (o, v) => o.Mtu = Int("mtu", v) is not 0 and var mtu ? mtu : 1500),
        new("icc", "icc", OptionKind.Switch, "Containers of the default network may talk to each other",
            (o, v) => o.InterContainer = Bool("icc", v)),
        new("ip-forward", "ip-forward", OptionKind.Switch, "Turn the host's IPv4 forwarding on",
            (o, v) => o.Forwarding = Bool("ip-forward", v)),
        new("ip-forward-no-drop", "ip-forward-no-drop", OptionKind.Switch,
            "Let packets between other interfaces pass where the daemon turned forwarding on",
            (o, v) => o.ForwardNoDrop = Bool("ip-forward-no-drop", v)),
        new("ip-masq", "ip-masq", OptionKind.Switch, "Hide the containers' addresses from the outside",
            (o, v) => o.Masquerade = Bool("ip-masq", v)),
        new("dns", "dns", OptionKind.List, "DNS server for containers", (o, v) =>
        {
            NetworkValues.Address("dns", v);
            o.Dns.Add(v);
        }),
        new("dns-search", "dns-search", OptionKind.List, "DNS search domain for containers", (o, v) => o.DnsSearch.Add(v)),
        new("dns-opt", "dns-opts", OptionKind.List, "DNS option for containers", (o, v) => o.DnsOptions.Add(v)),
    ];

    private static IEnumerable<Option> Registries() =>
    [
        new("registry-mirror", "registry-mirrors", OptionKind.List, "Mirror to try first", (o, v) => o.RegistryMirrors.Add(v)),
        new("insecure-registry", "insecure-registries", OptionKind.List, "Registry without TLS, or with a certificate nobody signed",
            (o, v) => o.InsecureRegistries.Add(v)),
        new("max-concurrent-downloads", "max-concurrent-downloads", OptionKind.Text,
            "Layers that a pull fetches at the same time (default 3)",
            (o, v) => o.MaxConcurrentDownloads = AtLeastOne("max-concurrent-downloads", v, 3)),
        new("max-concurrent-uploads", "max-concurrent-uploads", OptionKind.Text, "Layers that a push sends at the same time (default 5)",
            (o, v) => o.MaxConcurrentUploads = AtLeastOne("max-concurrent-uploads", v, 5)),
        new("max-download-attempts", "max-download-attempts", OptionKind.Text,
            "Tries in a row without a byte gained before a transfer is given up (default 5)",
            (o, v) => o.MaxDownloadAttempts = AtLeastOne("max-download-attempts", v, 5)),
        new("push-compression", "push-compression", OptionKind.Text, "How layers made here are compressed when pushed: gzip, zstd or none",
            (o, v) => o.PushCompression = Engine.Images.Push.CompressionKind.Parse(v).Name),
        new("http-proxy", "proxies.http-proxy", OptionKind.Text, "Proxy for registries with http (default $HTTP_PROXY)",
            (o, v) => o.HttpProxy = Proxy(v)),
        new("https-proxy", "proxies.https-proxy", OptionKind.Text, "Proxy for registries with https (default $HTTPS_PROXY)",
            (o, v) => o.HttpsProxy = Proxy(v)),
        new("no-proxy", "proxies.no-proxy", OptionKind.Text, "Hosts and networks without a proxy, separated by commas (default $NO_PROXY)",
            (o, v) => o.NoProxy = v),
    ];

    private static IEnumerable<Option> Tls() =>
    [
        new("tls", "tls", OptionKind.Switch, "TLS on tcp addresses", (o, v) => o.Tls = Bool("tls", v)),
        new("tlsverify", "tlsverify", OptionKind.Switch, "TLS, and clients must have a certificate of our CA",
            (o, v) => o.TlsVerify = Bool("tlsverify", v)),
        new("tlscacert", "tlscacert", OptionKind.Text, "The CA of the clients", (o, v) => o.TlsCaCertificate = v),
        new("tlscert", "tlscert", OptionKind.Text, "Our certificate", (o, v) => o.TlsCertificate = v),
        new("tlskey", "tlskey", OptionKind.Text, "Our key", (o, v) => o.TlsKey = v),
    ];

    private static IEnumerable<Option> Actions() =>
    [
        new("version", null, OptionKind.Switch, "Show the version", (o, v) => o.ShowVersion = Bool("version", v), 'v'),
        new("help", null, OptionKind.Switch, "Show this", (o, v) => o.ShowHelp = Bool("help", v), 'h'),
        new("validate", null, OptionKind.Switch, "Check the configuration and leave", (o, v) => o.Validate = Bool("validate", v)),
    ];

    /// <summary>What existing configurations say and what changes nothing here:
    /// refusing them would keep people from trying us with their own file.</summary>
    private static IEnumerable<Option> AcceptedForDocker() =>
    [
        Option.WithoutEffect("live-restore", OptionKind.Switch, "containers always outlive the daemon"),
        Option.WithoutEffect("userland-proxy", OptionKind.Switch, "ports are published by the kernel alone"),
        Option.WithoutEffect("userland-proxy-path", OptionKind.Text, "ports are published by the kernel alone"),
        Option.WithoutEffect("iptables", OptionKind.Switch, "the rules are in a table of their own and leave others alone"),
        Option.WithoutEffect("ip6tables", OptionKind.Switch, "the rules are in a table of their own and leave others alone"),
        Option.WithoutEffect("firewall-backend", OptionKind.Text, "nftables always"),
        Option.WithoutEffect("containerd", OptionKind.Text, "there is no containerd below us"),
        Option.WithoutEffect("containerd-namespace", OptionKind.Text, "there is no containerd below us"),
        Option.WithoutEffect("exec-opt", OptionKind.List, "the daemon makes cgroups itself, not through systemd", "exec-opts"),
        Option.WithoutEffect("storage-opt", OptionKind.List, "the storage drivers have no options", "storage-opts"),
        Option.WithoutEffect("experimental", OptionKind.Switch, "there are no experimental features"),
        Option.WithoutEffect("raw-logs", OptionKind.Switch, "the log has no colours"),
        Option.WithoutEffect("log-format", OptionKind.Text, "the log has one format"),
        Option.WithoutEffect("oom-score-adjust", OptionKind.Text, "set it in the service unit"),
        Option.WithoutEffect("features", OptionKind.List, "there are no switchable features"),
        Option.WithoutEffect("default-cgroupns-mode", OptionKind.Text, "private always, unless the container says otherwise"),
    ];

    private static string FullPath(string option, string value) =>
        value.Length > 0 ? Path.GetFullPath(value) : throw GantryException.Invalid($"invalid value for {option}: the path is empty");

    private static void SetLogLevel(DaemonOptions options, string value) =>
        options.LogLevel = value is "trace" or "debug" or "info" or "warn" or "error" or "fatal" ? value
            : throw GantryException.Invalid($"invalid logging level: {value}");

    private static void SetPair(string option, Dictionary<string, string> pairs, string value)
    {
        int equals = value.IndexOf('=');
        if (equals <= 0) throw GantryException.Invalid($"invalid value for {option}: \"{value}\" is not NAME=VALUE");
        pairs[value[..equals]] = value[(equals + 1)..];
    }

    private static bool Bool(string option, string value) =>
        GoBool.Parse(value) ?? throw GantryException.Invalid($"invalid value for {option}: \"{value}\" is neither true nor false");

    private static int Int(string option, string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
            : throw GantryException.Invalid($"invalid value for {option}: \"{value}\" is not a number");

    private static FreeSpace Space(string option, string value) =>
        FreeSpace.TryParse(value, out FreeSpace space) ? space
            : throw GantryException.Invalid(
            $"invalid value for {option}: \"{value}\" is neither a part of the whole (10%) nor a size (5GB)");

    private static TimeSpan Time(string option, string value) =>
        Duration.TryParse(value, out TimeSpan time) && time >= TimeSpan.Zero ? time
            : throw GantryException.Invalid($"invalid value for {option}: \"{value}\" is not a duration such as 720h");

    private static string Proxy(string value)
    {
        _ = new Registry.Hosts.ProxySettings(value, "", "");
        return value;
    }

    /// <summary>0 is the default, as in dockerd's file.</summary>
    private static int AtLeastOne(string option, string value, int normal) => Int(option, value) switch
    {
        < 0 => throw GantryException.Invalid($"invalid {option.Replace('-', ' ')}: {value}"),
        0 => normal,
        int number => number,
    };

    private static long Size(string option, string value) =>
        ByteSize.TryParse(value, out long bytes) ? bytes
            : throw GantryException.Invalid($"invalid value for {option}: \"{value}\" is not a size");
}
