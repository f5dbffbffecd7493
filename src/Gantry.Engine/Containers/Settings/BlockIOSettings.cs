using Gantry.Api.Containers;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Settings;

/// <summary>Limits of disk access: devices by path on the wire, by number in the specification.</summary>
internal static class BlockIOSettings
{
    /// <returns>Null when nothing is limited.</returns>
    /// <exception cref="GantryException">InvalidArgument: a device is not there, or a rate is negative.</exception>
    public static OciBlockIO? Read(ContainerResources limits)
    {
        OciBlockIO io = new()
        {
            Weight = limits.BlkioWeight > 0 ? (ushort)limits.BlkioWeight : null,
            WeightDevice = limits.BlkioWeightDevice is { Count: > 0 } weights ? [.. weights.Select(Weight)] : null,
            ThrottleReadBpsDevice = Throttles(limits.BlkioDeviceReadBps),
            ThrottleWriteBpsDevice = Throttles(limits.BlkioDeviceWriteBps),
            ThrottleReadIOPSDevice = Throttles(limits.BlkioDeviceReadIOps),
            ThrottleWriteIOPSDevice = Throttles(limits.BlkioDeviceWriteIOps),
        };
        return io == new OciBlockIO() ? null : io;
    }

    private static OciWeightDevice Weight(WeightDevice device)
    {
        DeviceNode node = Find(device.Path);
        return new OciWeightDevice { Major = node.Major, Minor = node.Minor, Weight = (ushort)device.Weight };
    }

    private static List<OciThrottleDevice>? Throttles(List<ThrottleDevice>? devices) =>
        devices is { Count: > 0 } ? [.. devices.Select(Throttle)] : null;

    private static OciThrottleDevice Throttle(ThrottleDevice device)
    {
        if (device.Rate < 0)
            throw GantryException.Invalid($"invalid rate for device: {device.Path}:{device.Rate}: it must not be negative");
        DeviceNode node = Find(device.Path);
        return new OciThrottleDevice { Major = node.Major, Minor = node.Minor, Rate = (ulong)device.Rate };
    }

    private static DeviceNode Find(string path)
    {
        if (!path.StartsWith('/')) throw GantryException.Invalid($"bad format for device path: {path}");
        if (DeviceNode.TryRead(path, out DeviceNode node) && node.Type == "b") return node;
        throw GantryException.Invalid(Path.Exists(path) ? $"{path} is not a block device" : $"stat {path}: no such file or directory");
    }
}
