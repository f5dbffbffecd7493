using Gantry.Api.Containers;
using Gantry.Linux.Cgroups;
using Gantry.Workloads.Security;

namespace Gantry.Engine.Containers.Creation;

/// <summary>What a request left open, filled in once at create, so that <c>inspect</c> shows what holds.</summary>
internal static class HostDefaults
{
    public static void Apply(HostConfig host, ContainerConfig config, string id, ContainerOptions options)
    {
        if (host.NetworkMode is "" or "default") host.NetworkMode = "bridge";
        if (host.IpcMode.Length == 0) host.IpcMode = "private";
        if (host.CgroupnsMode.Length == 0) host.CgroupnsMode = host.Privileged && !CgroupHost.IsUnified ? "host" : "private";
        // Without a word about swap a container gets as much of it again as it has memory.
        if (host.Memory > 0 && host.MemorySwap == 0) host.MemorySwap = host.Memory <= long.MaxValue / 2 ? host.Memory * 2 : -1;
        if (host.PidsLimit <= 0) host.PidsLimit = null;
        if (host.RestartPolicy.Name.Length == 0) host.RestartPolicy.Name = "no";
        if (host.ShmSize == 0) host.ShmSize = options.ShmSize;
        if (string.IsNullOrEmpty(host.Runtime)) host.Runtime = options.DefaultRuntime;
        if (host.LogConfig.Type.Length == 0)
        {
            host.LogConfig.Type = options.LogDriver;
            foreach ((string key, string value) in options.LogOptions) host.LogConfig.Config.TryAdd(key, value);
        }
        if (!host.Privileged)
        {
            host.MaskedPaths ??= [.. KernelPaths.Masked];
            host.ReadonlyPaths ??= [.. KernelPaths.Readonly];
        }
        if (config.Hostname.Length == 0)
        {
            config.Hostname = host.NetworkMode == "host" || host.UTSMode == "host" ? Environment.MachineName : ContainerId.Short(id);
        }
    }
}
