using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>Fields that the body of an update has, because create has them,
/// and that nothing can change once the container is made.</summary>
internal static class UpdateLeftAlone
{
    public static void Warn(ContainerUpdateRequest wanted, List<string> warnings)
    {
        (string Field, bool Given)[] fields =
        [
            ("CgroupParent", wanted.CgroupParent.Length > 0), ("Devices", wanted.Devices is { Count: > 0 }),
            ("DeviceCgroupRules", wanted.DeviceCgroupRules is { Count: > 0 }),
            ("DeviceRequests", wanted.DeviceRequests is { Count: > 0 }), ("Ulimits", wanted.Ulimits is { Count: > 0 }),
            ("OomKillDisable", wanted.OomKillDisable == true),
            ("MemorySwappiness", wanted.MemorySwappiness is >= 0), ("KernelMemoryTCP", wanted.KernelMemoryTCP > 0),
            ("BlkioWeightDevice", wanted.BlkioWeightDevice is { Count: > 0 }),
            ("BlkioDeviceReadBps", wanted.BlkioDeviceReadBps is { Count: > 0 }),
            ("BlkioDeviceWriteBps", wanted.BlkioDeviceWriteBps is { Count: > 0 }),
            ("BlkioDeviceReadIOps", wanted.BlkioDeviceReadIOps is { Count: > 0 }),
            ("BlkioDeviceWriteIOps", wanted.BlkioDeviceWriteIOps is { Count: > 0 }),
        ];
        foreach ((string field, bool given) in fields)
            if (given) warnings.Add($"{field} is set when a container is created and was left as it is.");
    }
}
