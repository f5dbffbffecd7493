using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

internal static class HugepageController
{
    public static void Apply(string? directory, IReadOnlyList<OciHugepageLimit>? limits, string file)
    {
        if (limits is null || limits.Count == 0) return;
        if (directory is null) throw new KernelException("set hugepage limit", Errno.ENODEV, hint: "no hugetlb hierarchy is mounted");
        foreach (OciHugepageLimit limit in limits)
        {
            if (limit.PageSize.Contains('/')) throw GantryException.Invalid($"hugepage size \"{limit.PageSize}\" is not valid");
            CgroupFile.Write(directory, $"hugetlb.{limit.PageSize}.{file}", limit.Limit.ToString());
            // Reserved pages are limited apart since Linux 5.7; otherwise mmap could reserve what the others may not use.
            CgroupFile.WriteIfThere(directory, $"hugetlb.{limit.PageSize}.rsvd.{file}", limit.Limit.ToString());
        }
    }
}
