using System.Diagnostics;
using Gantry.Api.Host;
using Gantry.Api.Json;
using Gantry.Api.Volumes;
using Gantry.Api.Wire;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Containers;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Daemon.Networks;
using Gantry.Daemon.Volumes;
using Gantry.Shim.Logs;
using Gantry.Engine.Containers;
using Gantry.Engine.Host;
using Gantry.Linux.Trees;
using Gantry.Registry.Hosts;

namespace Gantry.Daemon.Host;

/// <summary>What this engine and its host are.</summary>
internal sealed class InfoRoutes(Foundations ground, HostPart host, ImagePart images, VolumePart volumes, NetworkPart networks,
    ContainerPart containers)
{
    public void Map(Router router) => router.Get("/info", Info);

    private Task Info(RequestContext context)
    {
        DaemonOptions options = ground.Options.Now;
        ProxySettings proxies = images.Registries.Proxies();
        CgroupSupport cgroups = containers.Engine.Cgroups;
        SystemInfo info = new()
        {
            ID = host.Identity.Text,
            Images = images.Store.Count,
            Driver = images.Store.Snapshotter.Name,
            DriverStatus = [["Backing Filesystem", FileSystems.TypeOf(options.DataRoot)], ["Supports d_type", "true"],
                ["Native Overlay Diff", "true"]],
            Plugins = new SystemPlugins { Volume = [.. volumes.Store.Drivers], Network = [.. networks.Controller.Drivers],
                Log = [.. LogDriver.All] },
            IPv4Forwarding = File.Exists("/proc/sys/net/ipv4/ip_forward")
                && File.ReadAllText("/proc/sys/net/ipv4/ip_forward").StartsWith('1'),
            Debug = options.Debug,
            NFd = OwnDirectory.Count("/proc/self/fd"),
            NGoroutines = Process.GetCurrentProcess().Threads.Count,
            SystemTime = WireTime.Format(DateTimeOffset.UtcNow),
            NEventsListener = ground.Events.Readers,
            LoggingDriver = options.LogDriver,
            IndexServerAddress = "https://index.docker.io/v1/",
            RegistryConfig = Registries(options),
            DockerRootDir = options.DataRoot,
            HttpProxy = proxies.Http,
            HttpsProxy = proxies.Https,
            NoProxy = proxies.Exceptions,
            Labels = options.Labels,
            ServerVersion = ProductVersion.Text,
            // Containers outlive the daemon here whatever the configuration says.
            LiveRestoreEnabled = true,
            InitBinary = Path.GetFileName(InitProgram.Find(containers.Settings.InitBinary)) ?? "",
            SecurityOptions = ["name=seccomp,profile=builtin", "name=cgroupns"],
            DefaultAddressPools = options.AddressPools.Count == 0 ? null
                : [.. networks.Controller.Options.Pools.Select(pool => new AddressPool { Base = $"{pool.Base}", Size = pool.Size })],
            FirewallBackend = new FirewallInfo { Driver = "nftables" },
            Warnings = [.. cgroups.Warnings(), .. networks.Controller.Warnings.Select(warning => $"WARNING: {warning}"),
                .. ListenerWarnings(options), .. DamageWarnings()],
        };
        CountContainers(info, containers.Engine.Store.All);
        DescribeHost(info, host.Facts);
        DescribeLimits(info, cgroups);
        DescribeRuntimes(info, containers.Settings);
        return context.WriteJsonAsync(info, ApiJson.Wire.SystemInfo);
    }

    private static void CountContainers(SystemInfo info, IEnumerable<Container> containers)
    {
        foreach (Container container in containers)
        {
            info.Containers++;
            if (container.Status.Paused) info.ContainersPaused++;
            else if (container.Status.Running) info.ContainersRunning++;
            else info.ContainersStopped++;
        }
    }

    private static void DescribeHost(SystemInfo info, HostFacts host)
    {
        info.Name = host.Name;
        info.KernelVersion = host.KernelVersion;
        info.OperatingSystem = host.OperatingSystem;
        info.OSVersion = host.OperatingSystemVersion;
        info.OSType = "linux";
        info.Architecture = host.Machine;
        info.NCPU = host.Processors;
        info.MemTotal = host.Memory;
    }

    private static void DescribeLimits(SystemInfo info, CgroupSupport cgroups)
    {
        info.CgroupDriver = "cgroupfs";
        info.CgroupVersion = cgroups.Version == 2 ? "2" : "1";
        info.MemoryLimit = cgroups.Memory;
        info.SwapLimit = cgroups.Swap;
        info.OomKillDisable = cgroups.OomKillDisable;
        info.CpuCfsPeriod = cgroups.CpuPeriod;
        info.CpuCfsQuota = cgroups.CpuQuota;
        info.CPUShares = cgroups.CpuShares;
        info.CPUSet = cgroups.CpuSet;
        info.PidsLimit = cgroups.Pids;
    }

    private static void DescribeRuntimes(SystemInfo info, ContainerOptions settings)
    {
        info.DefaultRuntime = settings.DefaultRuntime;
        info.Runtimes[ContainerOptions.OwnRuntime] = new SystemRuntime { Path = settings.Runtime };
        foreach ((string name, string path) in settings.Runtimes) info.Runtimes[name] = new SystemRuntime { Path = path };
    }

    private static RegistryServiceConfig Registries(DaemonOptions options)
    {
        RegistryServiceConfig config = new()
        {
            InsecureRegistryCIDRs = ["::1/128", "127.0.0.0/8"],
            IndexConfigs = new() { ["docker.io"] =
                new RegistryIndex { Name = "docker.io", Mirrors = options.RegistryMirrors, Secure = true, Official = true } },
            Mirrors = options.RegistryMirrors,
        };
        foreach (string registry in options.InsecureRegistries)
        {
            if (registry.Contains('/')) config.InsecureRegistryCIDRs.Insert(0, registry);
            else config.IndexConfigs[registry] = new RegistryIndex { Name = registry };
        }
        return config;
    }

    private IEnumerable<string> DamageWarnings() =>
    [
        .. host.Damages.All().Select(damage => $"WARNING: {damage}\n         See: gantry system check"),
        .. ground.Saves.Open.Select(what => $"WARNING: not saved yet, {what}"),
    ];

    private static IEnumerable<string> ListenerWarnings(DaemonOptions options) =>
        options.Exposures().Select(exposure => $"WARNING: {exposure}\n         {ListenAddress.Consequence}");
}
