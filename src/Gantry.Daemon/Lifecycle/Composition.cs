using System.Security.Cryptography;
using System.Text;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Host;
using Gantry.Daemon.Http;
using Gantry.Daemon.Tracing;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Execs;
using Gantry.Engine.Host;
using Gantry.Engine.Images;
using Gantry.Engine.Networks;
using Gantry.Engine.Volumes;
using Gantry.Linux.Processes;
using Gantry.Network;
using Gantry.Network.Firewall;
using Gantry.Oci.Runtime;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Daemon.Lifecycle;

/// <summary>Puts the engine together from the configuration: the only place that knows all its parts.</summary>
internal static class Composition
{
    public static Services Build(DaemonOptions options, ILoggerFactory logging)
    {
        EventBus events = new();
        PendingSaves saves = new();
        VolumeStore volumes = new(Path.Combine(options.DataRoot, "volumes"), events);
        Images.StorageDriver driver = new(logging.CreateLogger<Images.StorageDriver>());
        ISnapshotter snapshots = driver.Open(options.StorageDriver, options.DataRoot);
        ImageStore images =
            new(options.DataRoot, new ContentStore(Path.Combine(options.DataRoot, "content")), snapshots, events, saves: saves);
        images.SyncFailed += driver.LogSyncFailed;
        NetworkController networks = new(Networks(options, saves));
        ContainerOptions settings = Containers(options);
        ContainerEngine containers =
            new(settings, images, snapshots, volumes, networks, events, logging.CreateLogger<ContainerEngine>(), saves);
        images.Users = containers;
        Services? services = null;
        return services = new Services
        {
            Options = options,
            Events = events,
            Volumes = volumes,
            Images = images,
            Networks = networks,
            Space =
                new SpaceWatch(images, () => services!.SpacePolicy(), () => Space(options.DataRoot), logging.CreateLogger<SpaceWatch>()),
            NetworkEngine = new NetworkEngine(networks, events),
            Containers = containers,
            Execs = new ExecEngine(containers.Store, settings.DefaultRlimits, events),
            Traces = new Traces(logging.CreateLogger<Traces>()),
            Host = HostFacts.Read(),
            Cgroups = CgroupSupport.Read(),
            RuntimeSettings = settings,
            EngineIdentity = EngineIdentity.ReadOrMake(options.DataRoot, saves),
            Saves = saves,
        };
    }

    public static Router Routes()
    {
        Router router = new();
        PingRoutes.Map(router);
        VersionRoutes.Map(router);
        InfoRoutes.Map(router);
        DiskUsageRoutes.Map(router);
        CheckRoutes.Map(router);
        AuthRoutes.Map(router);
        Events.EventRoutes.Map(router);
        Daemon.Containers.ContainerRoutes.Map(router);
        Execs.ExecRoutes.Map(router);
        Volumes.VolumeRoutes.Map(router);
        Daemon.Networks.NetworkRoutes.Map(router);
        Daemon.Images.ImageRoutes.Map(router);
        TraceRoutes.Map(router);
        Swarm.SwarmRoutes.Map(router);
        Plugins.PluginRoutes.Map(router);
        Daemon.Build.BuildRoutes.Map(router);
        return router;
    }

    private static DiskSpace Space(string directory)
    {
        DriveInfo drive = new(directory);
        return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }

    private static NetworkOptions Networks(DaemonOptions options, PendingSaves saves) => new()
    {
        Directory = Path.Combine(options.DataRoot, "networks"),
        CopyDirectory = Path.Combine(options.ExecRoot, "networks"),
        Saves = saves,
        Bridge = options.Bridge.Length > 0 ? options.Bridge : "gantry0",
        BridgeAddress = options.BridgeAddress.Length > 0 ? options.BridgeAddress : null,
        Table = TableName(options.DataRoot),
        DefaultBindAddress = options.DefaultBindAddress,
        InterContainer = options.InterContainer,
        Forwarding = options.Forwarding,
        ForwardNoDrop = options.ForwardNoDrop,
        Masquerade = options.Masquerade,
        Mtu = options.Mtu,
    };

    /// <summary>A second daemon on the host has another data root, and so a firewall table of its own.</summary>
    private static string TableName(string dataRoot) =>
        dataRoot == new DaemonOptions().DataRoot ? "gantry"
            : "gantry_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataRoot)))[..8];

    private static ContainerOptions Containers(DaemonOptions options) => new()
    {
        DataRoot = options.DataRoot,
        ExecRoot = options.ExecRoot,
        Runtime = OwnRuntime(),
        Runtimes = options.Runtimes,
        DefaultRuntime = DefaultRuntime(options),
        CgroupParent = options.CgroupParent.Length > 0 ? options.CgroupParent : "/gantry",
        LogDriver = options.LogDriver,
        LogOptions = options.LogOptions,
        Dns = options.Dns,
        DnsSearch = options.DnsSearch,
        DnsOptions = options.DnsOptions,
        DefaultRlimits = [.. options.DefaultUlimits.Select(limit => Limit(limit.Key, limit.Value))],
        InitBinary = options.InitPath.Length > 0 ? options.InitPath : null,
        ShmSize = options.ShmSize,
    };

    private static string DefaultRuntime(DaemonOptions options)
    {
        if (options.DefaultRuntime.Length == 0) return ContainerOptions.OwnRuntime;
        if (options.DefaultRuntime == ContainerOptions.OwnRuntime || options.Runtimes.ContainsKey(options.DefaultRuntime))
            return options.DefaultRuntime;
        throw GantryException.Invalid($"specified default runtime '{options.DefaultRuntime}' does not exist");
    }

    /// <summary>The runtime is installed beside the daemon, or found by PATH.</summary>
    private static string OwnRuntime()
    {
        const string name = "gantry-runtime";
        return ProgramLookup.Find(name, first: Path.GetDirectoryName(Environment.ProcessPath))
            ?? throw GantryException.Internal($"{name} is neither beside {Environment.ProcessPath} nor in PATH: install it there");
    }

    private static OciRlimit Limit(string name, string value)
    {
        string[] parts = value.Split(':');
        bool right = ulong.TryParse(parts[0], out ulong soft) & ulong.TryParse(parts[^1], out ulong hard);
        if (!right || parts.Length > 2 || soft > hard)
            throw GantryException.Invalid($"invalid value for default-ulimit: \"{name}={value}\" is not NAME=SOFT:HARD");
        return new OciRlimit { Type = "RLIMIT_" + name.ToUpperInvariant(), Soft = soft, Hard = hard };
    }
}
