using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Daemon.Networks;
using Gantry.Daemon.Volumes;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Daemon.Containers;

/// <summary>Containers: how they are run, and their routes.</summary>
internal sealed class ContainerPart
{
    public ContainerPart(Foundations ground, ImagePart images, VolumePart volumes, NetworkPart networks)
    {
        Settings = Read(ground.Options.Now);
        Engine = new ContainerEngine(Settings, images.Store, images.Store.Snapshotter, volumes.Store, networks.Controller, ground.Events,
            ground.Logging.CreateLogger<ContainerEngine>(), ground.Saves);
        images.Store.Users = Engine.ImageUsers;
        images.Collector.Register(new ContainerRoots(Engine.Store));
    }

    public ContainerEngine Engine { get; }
    /// <summary>How containers are run: <c>info</c> shows the runtimes.</summary>
    public ContainerOptions Settings { get; }

    public void Map(Router router)
    {
        new ContainerRoutes(Engine).Map(router);
        new ContainerArchive(Engine).Map(router);
        new ConnectRoutes(Engine).Map(router);
    }

    private static ContainerOptions Read(DaemonOptions options) => new()
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
