using Gantry.Api.Json;

namespace Gantry.Api.Containers;

/// <summary>Writes the host's part of a create request; see <see cref="JsonFields"/>.</summary>
internal static class HostConfigWriter
{
    public static void Write(JsonFields json, HostConfig host)
    {
        json.List("Binds", host.Binds);
        json.Text("ContainerIDFile", host.ContainerIDFile);
        json.Object("LogConfig", host.LogConfig, static (json, log) =>
        {
            json.Text("Type", log.Type);
            json.Map("Config", log.Config);
        });
        json.Text("NetworkMode", host.NetworkMode);
        json.ListMap("PortBindings", host.PortBindings, static (json, binding) =>
        {
            json.Text("HostIp", binding.HostIp);
            json.Text("HostPort", binding.HostPort);
        });
        json.Object("RestartPolicy", host.RestartPolicy, static (json, policy) =>
        {
            json.Text("Name", policy.Name);
            json.Number("MaximumRetryCount", policy.MaximumRetryCount);
        });
        json.Switch("AutoRemove", host.AutoRemove);
        json.Text("VolumeDriver", host.VolumeDriver);
        json.List("VolumesFrom", host.VolumesFrom);
        json.Numbers("ConsoleSize", host.ConsoleSize);
        json.Map("Annotations", host.Annotations);
        json.List("Links", host.Links);
        json.Map("StorageOpt", host.StorageOpt);
        json.Map("Tmpfs", host.Tmpfs);
        json.Number("ShmSize", host.ShmSize);
        json.Text("Runtime", host.Runtime);
        json.Objects("Mounts", host.Mounts, MountWriter.Write);
        json.Optional("Init", host.Init);
        Namespaces(json, host);
        Resources(json, host);
        Devices(json, host);
    }

    private static void Namespaces(JsonFields json, HostConfig host)
    {
        json.List("CapAdd", host.CapAdd);
        json.List("CapDrop", host.CapDrop);
        json.Text("CgroupnsMode", host.CgroupnsMode);
        json.List("Dns", host.Dns);
        json.List("DnsOptions", host.DnsOptions);
        json.List("DnsSearch", host.DnsSearch);
        json.List("ExtraHosts", host.ExtraHosts);
        json.List("GroupAdd", host.GroupAdd);
        json.Text("IpcMode", host.IpcMode);
        json.Text("Cgroup", host.Cgroup);
        json.Number("OomScoreAdj", host.OomScoreAdj);
        json.Text("PidMode", host.PidMode);
        json.Switch("Privileged", host.Privileged);
        json.Switch("PublishAllPorts", host.PublishAllPorts);
        json.Switch("ReadonlyRootfs", host.ReadonlyRootfs);
        json.List("SecurityOpt", host.SecurityOpt);
        json.Text("UTSMode", host.UTSMode);
        json.Text("UsernsMode", host.UsernsMode);
        json.Map("Sysctls", host.Sysctls);
        json.Text("Isolation", host.Isolation);
        json.List("MaskedPaths", host.MaskedPaths);
        json.List("ReadonlyPaths", host.ReadonlyPaths);
    }

    private static void Resources(JsonFields json, ContainerResources resources)
    {
        json.Number("CpuShares", resources.CpuShares);
        json.Number("Memory", resources.Memory);
        json.Number("NanoCpus", resources.NanoCpus);
        json.Text("CgroupParent", resources.CgroupParent);
        json.Number("CpuPeriod", resources.CpuPeriod);
        json.Number("CpuQuota", resources.CpuQuota);
        json.Number("CpuRealtimePeriod", resources.CpuRealtimePeriod);
        json.Number("CpuRealtimeRuntime", resources.CpuRealtimeRuntime);
        json.Text("CpusetCpus", resources.CpusetCpus);
        json.Text("CpusetMems", resources.CpusetMems);
        json.Optional("KernelMemory", resources.KernelMemory);
        json.Optional("KernelMemoryTCP", resources.KernelMemoryTCP);
        json.Number("MemoryReservation", resources.MemoryReservation);
        json.Number("MemorySwap", resources.MemorySwap);
        json.Optional("MemorySwappiness", resources.MemorySwappiness);
        json.Optional("OomKillDisable", resources.OomKillDisable);
        json.Optional("PidsLimit", resources.PidsLimit);
        json.Number("CpuCount", resources.CpuCount);
        json.Number("CpuPercent", resources.CpuPercent);
        json.Number("IOMaximumIOps", resources.IOMaximumIOps);
        json.Number("IOMaximumBandwidth", resources.IOMaximumBandwidth);
        json.Objects("Ulimits", resources.Ulimits, static (json, limit) =>
        {
            json.Text("Name", limit.Name);
            json.Number("Hard", limit.Hard);
            json.Number("Soft", limit.Soft);
        });
    }

    private static void Devices(JsonFields json, ContainerResources resources)
    {
        json.Number("BlkioWeight", resources.BlkioWeight);
        json.Objects("BlkioWeightDevice", resources.BlkioWeightDevice, static (json, device) =>
        {
            json.Text("Path", device.Path);
            json.Number("Weight", device.Weight);
        });
        json.Objects("BlkioDeviceReadBps", resources.BlkioDeviceReadBps, Throttle);
        json.Objects("BlkioDeviceWriteBps", resources.BlkioDeviceWriteBps, Throttle);
        json.Objects("BlkioDeviceReadIOps", resources.BlkioDeviceReadIOps, Throttle);
        json.Objects("BlkioDeviceWriteIOps", resources.BlkioDeviceWriteIOps, Throttle);
        json.Objects("Devices", resources.Devices, static (json, device) =>
        {
            json.Text("PathOnHost", device.PathOnHost);
            json.Text("PathInContainer", device.PathInContainer);
            json.Text("CgroupPermissions", device.CgroupPermissions);
        });
        json.List("DeviceCgroupRules", resources.DeviceCgroupRules);
        json.Objects("DeviceRequests", resources.DeviceRequests, static (json, request) =>
        {
            json.Text("Driver", request.Driver);
            json.Number("Count", request.Count);
            json.List("DeviceIDs", request.DeviceIDs);
            json.Lists("Capabilities", request.Capabilities);
            json.Map("Options", request.Options);
        });
    }

    private static void Throttle(JsonFields json, ThrottleDevice device)
    {
        json.Text("Path", device.Path);
        json.Number("Rate", device.Rate);
    }
}
