using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

internal static class CpusetController
{
    private const string Cpus = "cpuset.cpus", Mems = "cpuset.mems";

    /// <summary>A new v1 cpuset is empty, and nothing can enter it: it gets what its parent has.</summary>
    public static void InheritV1(string directory)
    {
        string parent = Path.GetDirectoryName(directory)!;
        foreach (string file in (ReadOnlySpan<string>)[Cpus, Mems])
        {
            if (CgroupFile.Read(directory, file).Length > 0) continue;
            string given = CgroupFile.Read(parent, file);
            if (given.Length == 0)
            {
                // Another runtime has made the parent this moment and not come to filling it.
                InheritV1(parent);
                given = CgroupFile.Read(parent, file);
            }
            CgroupFile.Write(directory, file, given);
        }
    }

    public static void Apply(string? directory, OciCpu? cpu)
    {
        if (string.IsNullOrEmpty(cpu?.Cpus) && string.IsNullOrEmpty(cpu?.Mems)) return;
        if (directory is null) throw new KernelException("set cpuset", Errno.ENODEV, hint: "no cpuset hierarchy is mounted");
        if (!string.IsNullOrEmpty(cpu.Cpus)) CgroupFile.Write(directory, Cpus, cpu.Cpus);
        if (!string.IsNullOrEmpty(cpu.Mems)) CgroupFile.Write(directory, Mems, cpu.Mems);
    }
}
