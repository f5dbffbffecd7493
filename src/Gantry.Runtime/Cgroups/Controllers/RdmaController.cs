using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

/// <summary>Handles and objects of remote memory adapters; the same file in both versions.</summary>
internal static class RdmaController
{
    public static void Apply(string? directory, IReadOnlyDictionary<string, OciRdma>? limits)
    {
        if (limits is null || limits.Count == 0) return;
        if (directory is null) throw new KernelException("set rdma limit", Errno.ENODEV, hint: "no rdma hierarchy is mounted");
        foreach ((string device, OciRdma limit) in limits) CgroupFile.Write(directory, "rdma.max", Line(device, limit));
    }

    public static string Line(string device, OciRdma limit) =>
        $"{device} hca_handle={limit.HcaHandles?.ToString() ?? "max"} hca_object={limit.HcaObjects?.ToString() ?? "max"}";
}
