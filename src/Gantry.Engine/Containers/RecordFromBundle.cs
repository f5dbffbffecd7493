using Gantry.Api;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>What a bundle says of a container whose records are lost with their copy: enough to see it, to stop it, to execute in it and to start it again.</summary>
/// <remarks>Labels, name, networks and restart policy are in no bundle. What it may and may not do is kept to the letter.</remarks>
internal static class RecordFromBundle
{
    /// <summary>What the engine mounts into every container.</summary>
    private static readonly string[] Standard = ["/dev/shm", "/dev/mqueue", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts", "/dev", "/dev/pts", "/proc", "/sys", "/sys/fs/cgroup"];

    /// <param name="name">What it is called from now on.</param>
    /// <param name="image">Identifier of the image that its writable layer stands on; empty where that cannot be told.</param>
    /// <exception cref="DamagedFileException">The bundle is damaged too, or gone.</exception>
    public static ContainerCopy Read(ContainerPaths paths, string id, string name, string image, string driver, string volumes)
    {
        OciSpec spec = JsonFile.Load(paths.Spec, RuntimeJson.Default.OciSpec) ?? throw new DamagedFileException(paths.Spec, "is gone");
        ShimConfig shim = JsonFile.Load(paths.ShimConfig, ShimJson.Default.ShimConfig) ?? throw new DamagedFileException(paths.ShimConfig, "is gone");
        if (shim.Id != id || spec.Process is not { Args: [var command, ..] arguments } process) throw new DamagedFileException(paths.ShimConfig, "is of another container");
        return new ContainerCopy
        {
            Record = new ContainerRecord
            {
                Id = id, Name = name, Created = File.GetLastWriteTimeUtc(paths.Spec), Path = command, Args = [.. arguments.Skip(1)], Image = image, Driver = driver,
                Config = Config(spec, process, shim, image),
                Mounts = [.. (spec.Mounts ?? []).Where(mount => mount.Type == "bind" && !Standard.Contains(mount.Destination)).Select(mount => Mount(mount, volumes))],
                Networks = new Dictionary<string, EndpointSettings> { [NetworkOf(spec.Linux ?? new OciLinux())] = new() },
                Status = new ContainerStatus { Running = true, StartedAt = File.GetLastWriteTimeUtc(paths.Spec) },
            },
            HostConfig = Host(spec, process, shim),
        };
    }

    private static ContainerConfig Config(OciSpec spec, OciProcess process, ShimConfig shim, string image) => new()
    {
        Hostname = spec.Hostname ?? "", Domainname = spec.Domainname ?? "", Env = [.. process.Env ?? []], Cmd = [.. process.Args ?? []], WorkingDir = process.Cwd,
        User = process.User.Username ?? (process.User.Uid == 0 ? "" : $"{process.User.Uid}:{process.User.Gid}"),
        Tty = shim.Terminal, OpenStdin = shim.OpenStdin, StdinOnce = shim.StdinOnce, Image = image,
    };

    private static HostConfig Host(OciSpec spec, OciProcess process, ShimConfig shim)
    {
        OciLinux linux = spec.Linux ?? new OciLinux();
        OciResources limits = linux.Resources ?? new OciResources();
        HostConfig host = new()
        {
            NetworkMode = NetworkOf(linux), PidMode = Has(linux, "pid") ? "" : "host", IpcMode = Has(linux, "ipc") ? "private" : "host", UTSMode = Has(linux, "uts") ? "" : "host",
            CgroupnsMode = Has(linux, "cgroup") ? "private" : "host",
            CapDrop = ["ALL"], CapAdd = [.. process.Capabilities?.Bounding ?? []], ReadonlyRootfs = spec.Root?.Readonly == true,
            SecurityOpt = [.. linux.Seccomp is null ? ["seccomp=unconfined"] : Array.Empty<string>(), .. process.NoNewPrivileges ? ["no-new-privileges"] : Array.Empty<string>()],
            MaskedPaths = [.. linux.MaskedPaths ?? []], ReadonlyPaths = [.. linux.ReadonlyPaths ?? []], OomScoreAdj = process.OomScoreAdj ?? 0,
            CgroupParent = Path.GetDirectoryName(linux.CgroupsPath) ?? "", Runtime = null,
            Memory = limits.Memory?.Limit ?? 0, MemorySwap = limits.Memory?.Swap ?? 0, PidsLimit = limits.Pids?.Limit, CpuPeriod = (long)(limits.Cpu?.Period ?? 0), CpuQuota = limits.Cpu?.Quota ?? 0,
            CpusetCpus = limits.Cpu?.Cpus ?? "", CpusetMems = limits.Cpu?.Mems ?? "",
        };
        host.LogConfig.Type = shim.Log.Driver;
        return host;
    }

    private static string NetworkOf(OciLinux linux) => Has(linux, "network") ? "none" : "host";

    private static bool Has(OciLinux linux, string type) => linux.Namespaces?.Any(one => one.Type == type) == true;

    private static ContainerMount Mount(OciMount mount, string volumes)
    {
        string source = mount.Source ?? "";
        string? volume = source.StartsWith(volumes + "/", StringComparison.Ordinal) ? source[(volumes.Length + 1)..].Split('/')[0] : null;
        return new ContainerMount
        {
            Type = volume is null ? "bind" : "volume", Name = volume, Driver = volume is null ? null : "local", Source = source, Destination = mount.Destination,
            ReadWrite = mount.Options?.Contains("ro") != true, Propagation = mount.Options?.LastOrDefault(option => option.EndsWith("private", StringComparison.Ordinal) || option.EndsWith("shared", StringComparison.Ordinal) || option.EndsWith("slave", StringComparison.Ordinal)) ?? "",
            NonRecursive = mount.Options?.Contains("bind") == true,
        };
    }
}
