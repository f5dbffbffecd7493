using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups;

internal static class PidsController
{
    internal static void Apply(string? directory, OciPids? pids)
    {
        if (pids is null || pids.Limit == 0) return;
        if (directory is null) throw new KernelException("set pids limit", Errno.ENODEV, hint: "no pids hierarchy is mounted");
        CgroupFile.Write(directory, "pids.max", pids.Limit > 0 ? pids.Limit.ToString() : "max");
    }
}
