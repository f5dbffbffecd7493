using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class BlockIOTests
{
    /// <summary>A whole disk: the kernel does not throttle partitions.</summary>
    private static string Disk()
    {
        string? disk = Directory.GetDirectories("/sys/block")
            .FirstOrDefault(d => !d.Contains("loop") && !d.Contains("ram") && !d.Contains("zram"));
        Assert.SkipWhen(disk is null, "this machine has no disk");
        return File.ReadAllText($"{disk}/dev").Trim();
    }

    [Theory, EveryRuntime]
    public async Task ThrottlesAreSet(string runtime)
    {
        Needs.Controller(ControlGroups.Unified ? "io" : "blkio");
        string disk = Disk(), device = $"\"major\":{disk.Split(':')[0]},\"minor\":{disk.Split(':')[1]}";
        await using Bundle bundle = new Bundle(runtime).Set("linux.resources.blockIO", $$"""
            {
              "throttleReadBpsDevice":[{ {{device}},"rate":1048576}],"throttleWriteBpsDevice":[{ {{device}},"rate":2097152}],
              "throttleReadIOPSDevice":[{ {{device}},"rate":100}],"throttleWriteIOPSDevice":[{ {{device}},"rate":200}]
            }
            """);
        await bundle.Start();
        if (ControlGroups.Unified)
        {
            Assert.Equal($"{disk} rbps=1048576 wbps=2097152 riops=100 wiops=200", bundle.Limit("io", "", "io.max"));
            return;
        }
        Assert.Equal($"{disk} 1048576", bundle.Limit("blkio", "blkio.throttle.read_bps_device", ""));
        Assert.Equal($"{disk} 2097152", bundle.Limit("blkio", "blkio.throttle.write_bps_device", ""));
        Assert.Equal($"{disk} 100", bundle.Limit("blkio", "blkio.throttle.read_iops_device", ""));
        Assert.Equal($"{disk} 200", bundle.Limit("blkio", "blkio.throttle.write_iops_device", ""));
    }

    [Theory, EveryRuntime]
    public async Task TheWeightIsSet(string runtime)
    {
        Needs.Controller(ControlGroups.Unified ? "io" : "blkio");
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        string directory = ControlGroups.Directory(ControlGroups.Unified ? "io" : "blkio", $"{bundle.CgroupParent}/one");
        string? file = ((string[])["blkio.weight", "blkio.bfq.weight", "io.bfq.weight", "io.weight"])
            .FirstOrDefault(f => File.Exists($"{directory}/{f}"));
        Assert.SkipWhen(file is null, "this kernel has no scheduler with weights");
        await using Bundle weighed = new Bundle(runtime).Set("linux.resources.blockIO", """{"weight":200}""");
        await weighed.Start();
        Assert.NotEqual(bundle.Limit(ControlGroups.Unified ? "io" : "blkio", file, file),
            weighed.Limit(ControlGroups.Unified ? "io" : "blkio", file, file));
    }
}
