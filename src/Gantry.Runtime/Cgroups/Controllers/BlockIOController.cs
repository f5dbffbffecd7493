using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

/// <summary>blkio of v1, io of v2. Weights exist only while a scheduler that knows them (BFQ, iocost) is built in.</summary>
internal static class BlockIOController
{
    public static void ApplyV1(string? directory, OciBlockIO? io)
    {
        if (io is null) return;
        if (directory is null) throw new KernelException("set block I/O limit", Errno.ENODEV, hint: "no blkio hierarchy is mounted");
        if (io.Weight is > 0 and { } weight && !CgroupFile.WriteIfThere(directory, "blkio.weight", weight.ToString()))
            CgroupFile.WriteIfThere(directory, "blkio.bfq.weight", weight.ToString());
        if (io.LeafWeight is > 0 and { } leaf) CgroupFile.WriteIfThere(directory, "blkio.leaf_weight", leaf.ToString());
        foreach (OciWeightDevice device in io.WeightDevice ?? [])
        {
            if (device.Weight is { } own
                && !CgroupFile.WriteIfThere(directory, "blkio.weight_device", $"{device.Major}:{device.Minor} {own}"))
                CgroupFile.WriteIfThere(directory, "blkio.bfq.weight_device", $"{device.Major}:{device.Minor} {own}");
            if (device.LeafWeight is { } ownLeaf)
                CgroupFile.WriteIfThere(directory, "blkio.leaf_weight_device", $"{device.Major}:{device.Minor} {ownLeaf}");
        }
        Throttle(directory, "blkio.throttle.read_bps_device", io.ThrottleReadBpsDevice, "");
        Throttle(directory, "blkio.throttle.write_bps_device", io.ThrottleWriteBpsDevice, "");
        Throttle(directory, "blkio.throttle.read_iops_device", io.ThrottleReadIOPSDevice, "");
        Throttle(directory, "blkio.throttle.write_iops_device", io.ThrottleWriteIOPSDevice, "");
    }

    public static void ApplyV2(string directory, OciBlockIO? io)
    {
        if (io is null) return;
        // BFQ counts 1–1000 like the spec; io.weight counts 1–10000.
        if (io.Weight is > 0 and { } weight && !CgroupFile.WriteIfThere(directory, "io.bfq.weight", weight.ToString()))
            CgroupFile.WriteIfThere(directory, "io.weight", Weight(weight).ToString());
        foreach (OciWeightDevice device in io.WeightDevice ?? [])
            if (device.Weight is > 0 and { } own
                && !CgroupFile.WriteIfThere(directory, "io.bfq.weight", $"{device.Major}:{device.Minor} {own}"))
                CgroupFile.WriteIfThere(directory, "io.weight", $"{device.Major}:{device.Minor} {Weight(own)}");
        Throttle(directory, "io.max", io.ThrottleReadBpsDevice, "rbps=");
        Throttle(directory, "io.max", io.ThrottleWriteBpsDevice, "wbps=");
        Throttle(directory, "io.max", io.ThrottleReadIOPSDevice, "riops=");
        Throttle(directory, "io.max", io.ThrottleWriteIOPSDevice, "wiops=");
    }

    /// <summary>The spec's 10–1000 onto io.weight's 1–10000.</summary>
    public static int Weight(ushort weight) => 1 + (Math.Max((int)weight, 10) - 10) * 9999 / 990;

    private static void Throttle(string directory, string file, IReadOnlyList<OciThrottleDevice>? devices, string key)
    {
        foreach (OciThrottleDevice device in devices ?? [])
        {
            string rate = device.Rate == 0 && key.Length > 0 ? "max" : device.Rate.ToString();
            CgroupFile.Write(directory, file, $"{device.Major}:{device.Minor} {key}{rate}");
        }
    }
}
