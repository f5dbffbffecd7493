using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Oci.Runtime;
using Gantry.Shim;
using Gantry.Workloads;
using Gantry.Workloads.Bundle;
using Gantry.Workloads.Security;

namespace Gantry.Engine.Containers.Recovery;

/// <summary>What a container may do and how much of the machine it may have, as its bundle says: what
/// <see cref="ContainerWorkload"/> and <see cref="BundleSpec"/> do, backwards.</summary>
/// <param name="lost">What cannot be told from the bundle is added, as the end of a sentence.</param>
internal sealed class HostConfigFromBundle(OciSpec spec, OciProcess process, ShimConfig shim, BundleSurroundings known, List<string> lost)
{
    private readonly OciLinux _linux = spec.Linux ?? new OciLinux();
    private readonly OciResources _limits = spec.Linux?.Resources ?? new OciResources();

    public HostConfig Read()
    {
        HostConfig host = new()
        {
            NetworkMode = Has("network") ? "none" : "host", PidMode = Has("pid") ? "" : "host", IpcMode = Ipc(),
            UTSMode = Has("uts") ? "" : "host", CgroupnsMode = Has("cgroup") ? "private" : "host",
            ShmSize = SharedMemorySize(), ReadonlyRootfs = spec.Root?.Readonly == true, OomScoreAdj = process.OomScoreAdj ?? 0,
            CgroupParent = Path.GetDirectoryName(_linux.CgroupsPath) ?? "",
            Init = RecordFromBundle.HasInit(spec, process) ? true : null, Runtime = Runtime(),
            Annotations = spec.Annotations is { Count: > 0 } notes ? new Dictionary<string, string>(notes) : null,
            GroupAdd = Groups(), Ulimits = process.Rlimits is { Count: > 0 } limits ? [.. limits.Select(Limit)] : null,
        };
        if (process.ConsoleSize is { } size) host.ConsoleSize = [size.Height, size.Width];
        Log(host);
        Security(host);
        Resources(host);
        new DevicesFromBundle(lost).Read(_linux, host);
        string[] shared = [.. (_linux.Namespaces ?? []).Where(one => one.Path is not null).Select(one => one.Type)];
        if (shared.Length > 0) lost.Add($"whose {string.Join(", ", shared)} namespace it shares");
        return host;
    }

    private bool Has(string type) => _linux.Namespaces?.Any(one => one.Type == type) == true;

    private string Ipc() => !Has("ipc") ? "host" : shim.SharedMemory is not null ? "shareable"
        : (spec.Mounts ?? []).Any(mount => mount.Destination == "/dev/shm") ? "private" : "none";

    private long SharedMemorySize()
    {
        if (shim.SharedMemory is { } shared) return shared.Size;
        OciMount? mounted = (spec.Mounts ?? []).FirstOrDefault(mount => mount is { Destination: "/dev/shm", Source: "shm" });
        string? size = mounted?.Options?.FirstOrDefault(option => option.StartsWith("size=", StringComparison.Ordinal));
        return long.TryParse(size?["size=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
    }

    private string? Runtime()
    {
        if (shim.Runtime is null) return ContainerOptions.OwnRuntime;
        if (known.Runtimes.FirstOrDefault(one => one.Value == shim.Runtime).Key is { } name) return name;
        lost.Add($"the name of its runtime {shim.Runtime}");
        return null;
    }

    private List<string>? Groups()
    {
        List<string> groups =
            [.. (process.User.AdditionalGids ?? []).Select(gid => gid.ToString(CultureInfo.InvariantCulture)),
            .. process.User.AdditionalGroups ?? []];
        return groups.Count == 0 ? null : groups;
    }

    private static Ulimit Limit(OciRlimit limit) =>
        new() { Name = limit.Type["RLIMIT_".Length..].ToLowerInvariant(), Soft = unchecked((long)limit.Soft),
            Hard = unchecked((long)limit.Hard) };

    private void Log(HostConfig host)
    {
        host.LogConfig.Type = shim.Log.Driver;
        if (shim.Log.Driver == "none") return;
        host.LogConfig.Config["max-size"] = shim.Log.MaxSize.ToString(CultureInfo.InvariantCulture);
        host.LogConfig.Config["compress"] = shim.Log.Compress ? "true" : "false";
        host.LogConfig.Config["max-file"] = shim.Log.MaxFiles.ToString(CultureInfo.InvariantCulture);
    }

    private void Security(HostConfig host)
    {
        host.Privileged = BundleDevices.AreAllAllowed(_limits.Devices);
        List<string> options = [];
        if (process.NoNewPrivileges) options.Add("no-new-privileges");
        if (!string.IsNullOrEmpty(process.ApparmorProfile)) options.Add($"apparmor={process.ApparmorProfile}");
        IReadOnlyList<string> capabilities = process.Capabilities?.Bounding ?? [];
        if (!host.Privileged)
        {
            (host.CapDrop, host.CapAdd) = (["ALL"], [.. capabilities]);
            (host.MaskedPaths, host.ReadonlyPaths) = ([.. _linux.MaskedPaths ?? []], [.. _linux.ReadonlyPaths ?? []]);
            if (_linux.Seccomp is null) options.Add("seccomp=unconfined");
            else if (SeccompProfile.Write(_linux.Seccomp) is var own
                && own != SeccompProfile.Write(known.DefaultSeccomp(capabilities))) options.Add($"seccomp={own}");
        }
        host.SecurityOpt = options;
        IReadOnlyDictionary<string, string> ours = NetworkSysctls.Of(ownNetwork: host.NetworkMode != "host", host.Privileged);
        Dictionary<string, string> asked = [];
        foreach ((string name, string value) in _linux.Sysctl ?? ours)
            if (ours.GetValueOrDefault(name) != value) asked[name] = value;
        if (asked.Count > 0) host.Sysctls = asked;
    }

    private void Resources(HostConfig host)
    {
        OciMemory memory = _limits.Memory ?? new OciMemory();
        (host.Memory, host.MemoryReservation, host.MemorySwap, host.KernelMemoryTCP) =
            (memory.Limit ?? 0, memory.Reservation ?? 0, memory.Swap ?? 0, memory.KernelTCP);
        (host.MemorySwappiness, host.OomKillDisable) = ((long?)memory.Swappiness, memory.DisableOOMKiller);
        host.PidsLimit = _limits.Pids?.Limit;
        OciCpu cpu = _limits.Cpu ?? new OciCpu();
        (host.CpuShares, host.CpuPeriod, host.CpuQuota) = ((long)(cpu.Shares ?? 0), (long)(cpu.Period ?? 0), cpu.Quota ?? 0);
        (host.CpuRealtimePeriod, host.CpuRealtimeRuntime) = ((long)(cpu.RealtimePeriod ?? 0), cpu.RealtimeRuntime ?? 0);
        (host.CpusetCpus, host.CpusetMems) = (cpu.Cpus ?? "", cpu.Mems ?? "");
    }
}

/// <summary>What the engine knows that no bundle says.</summary>
internal sealed record BundleSurroundings
{
    /// <summary>The policy that these capabilities have without a word about it.</summary>
    public required Func<IReadOnlyList<string>, OciSeccomp> DefaultSeccomp { get; init; }
    /// <summary>Other runtimes by name, with their programs.</summary>
    public IReadOnlyDictionary<string, string> Runtimes { get; init; } = new Dictionary<string, string>();
    /// <summary>The directory of all volumes.</summary>
    public required string Volumes { get; init; }
}
