using Gantry.Api.Containers;
using Gantry.Engine.Containers.Settings;

namespace Gantry.Engine.Containers.Checks;

/// <summary>Limits and weights of disk access.</summary>
internal static class BlockIOCheck
{
    public static void Run(ContainerResources limits)
    {
        if (limits.IOMaximumIOps != 0)
            throw GantryException.Invalid("Invalid QoS settings: linux does not support configuration of maximum IOPs");
        if (limits.IOMaximumBandwidth != 0)
            throw GantryException.Invalid("Invalid QoS settings: linux does not support configuration of maximum bandwidth");
        if (limits.BlkioWeight is not 0 and (< 10 or > 1000)) throw GantryException.Invalid("Range of blkio weight is from 10 to 1000");
        foreach (WeightDevice device in limits.BlkioWeightDevice ?? [])
            if (device.Weight is not 0 and (< 10 or > 1000))
                throw GantryException.Invalid($"invalid weight for device: {device.Path}:{device.Weight}: the range is from 10 to 1000");
    }

    /// <summary>What this kernel does not have is discarded, and said.</summary>
    public static void Discard(ContainerResources limits, CgroupSupport support, List<string> warnings)
    {
        if (limits.BlkioWeight > 0 && !support.BlockIOWeight)
        {
            warnings.Add("Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.");
            limits.BlkioWeight = 0;
        }
        if (limits.BlkioWeightDevice is { Count: > 0 } && !support.BlockIOWeightDevice)
        {
            warnings.Add("Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.");
            limits.BlkioWeightDevice = null;
        }
        limits.BlkioDeviceReadBps =
            Throttle(limits.BlkioDeviceReadBps, "BPS Block I/O read limit", "Block I/O BPS read limit", support, warnings);
        limits.BlkioDeviceWriteBps =
            Throttle(limits.BlkioDeviceWriteBps, "BPS Block I/O write limit", "Block I/O BPS write limit", support, warnings);
        limits.BlkioDeviceReadIOps =
            Throttle(limits.BlkioDeviceReadIOps, "IOPS Block read limit", "Block I/O IOPS read limit", support, warnings);
        limits.BlkioDeviceWriteIOps =
            Throttle(limits.BlkioDeviceWriteIOps, "IOPS Block write limit", "Block I/O IOPS write limit", support, warnings);
    }

    private static List<ThrottleDevice>? Throttle(List<ThrottleDevice>? devices, string what, string discarded, CgroupSupport support,
        List<string> warnings)
    {
        if (devices is not { Count: > 0 } || support.BlockIOThrottle) return devices;
        warnings.Add($"Your kernel does not support {what} or the cgroup is not mounted. {discarded} discarded.");
        return null;
    }

    /// <summary>After what the kernel lacks was discarded: the devices are there.</summary>
    public static void Devices(ContainerResources limits) => BlockIOSettings.Read(limits);
}
