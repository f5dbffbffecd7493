using Gantry.Api.Containers;
using Gantry.Engine.Containers.Settings;
using Gantry.Oci.Runtime;
using Gantry.Workloads;
using Gantry.Workloads.Security;

namespace Gantry.Engine.Containers;

/// <summary>A container as a workload: what is to run, with nothing of what is kept about it.</summary>
public static class ContainerWorkload
{
    /// <exception cref="GantryException">Something that it joins or is given is not there.</exception>
    public static Workload Of(Container container, ContainerSurroundings surroundings)
    {
        ContainerConfig config = container.Record.Config;
        HostConfig host = container.HostConfig;
        WorkloadProcess process = FirstProcess(container, surroundings);
        return new Workload
        {
            Root = surroundings.Root,
            ReadOnlyRoot = host.ReadonlyRootfs,
            Process = process,
            Hostname = host.UTSMode == "host" ? null : config.Hostname,
            Domainname = string.IsNullOrEmpty(config.Domainname) ? null : config.Domainname,
            // Before the namespaces: why another's memory cannot be joined is said in words that clients know.
            Mounts = ContainerMounts.Of(container, surroundings),
            SharedMemory = ContainerMounts.OwnShm(container),
            Namespaces = Namespaces(container.Record.Config, host, surroundings),
            CgroupPath = CgroupPath(container, surroundings.CgroupParent),
            Limits = LimitSettings.Read(host),
            Privileged = host.Privileged,
            Devices = DeviceSettings.Devices(host),
            DeviceRules = DeviceSettings.Rules(host),
            Seccomp = Seccomp(host, process.Capabilities, surroundings),
            MaskedPaths = host.Privileged ? [] : host.MaskedPaths ?? KernelPaths.Masked,
            ReadonlyPaths = host.Privileged ? [] : host.ReadonlyPaths ?? KernelPaths.Readonly,
            Sysctls = host.Sysctls ?? [],
            Annotations = host.Annotations is { Count: > 0 } annotations ? new Dictionary<string, string>(annotations) : null,
        };
    }

    public static string CgroupPath(Container container, string defaultParent) =>
        CgroupPlace.Of(container.Id, container.HostConfig.CgroupParent, defaultParent);

    private static WorkloadProcess FirstProcess(Container container, ContainerSurroundings surroundings)
    {
        ContainerConfig config = container.Record.Config;
        HostConfig host = container.HostConfig;
        List<string> command = [container.Record.Path, .. container.Record.Args];
        return ProcessSettings.Read(config, host, config.Tty, host.Privileged, surroundings.DefaultRlimits) with
        {
            Arguments = host.Init == true ? [InitProgram.InsidePath, "--", .. command] : command,
            Size = host.ConsoleSize is [> 0 and var rows, > 0 and var columns] ? ((ushort)rows, (ushort)columns) : default,
        };
    }

    private static WorkloadNamespaces Namespaces(ContainerConfig config, HostConfig host, ContainerSurroundings surroundings) => new()
    {
        Network = config.NetworkDisabled == true ? NamespacePlace.Own : Place(host.NetworkMode, surroundings),
        Uts = Place(host.UTSMode, surroundings),
        Pid = Place(host.PidMode, surroundings),
        Ipc = Place(host.IpcMode, surroundings),
        Cgroup = host.CgroupnsMode == "host" ? NamespacePlace.Host : NamespacePlace.Own,
    };

    private static NamespacePlace Place(string? mode, ContainerSurroundings surroundings) =>
        mode == "host" ? NamespacePlace.Host
        : ContainerMode.Joined(mode) is { } other ? NamespacePlace.Of(surroundings.RunningPid(other)) : NamespacePlace.Own;

    private static OciSeccomp? Seccomp(HostConfig host, IReadOnlyList<string> capabilities, ContainerSurroundings surroundings)
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
}
